#pragma once

#include <memory>

#include "model/observation.h"
#include "vision/gallery.h"

namespace vigil::pipeline {

// Says who the objects of an observation seem to be, over tracks and cameras. Called with every observation before it
// is published, for a server's cameras and for files alike, by any thread; those of one camera come one after the
// other. Must not wait.
class SubjectAssigner {
 public:
  virtual ~SubjectAssigner() = default;
  virtual void assign(model::Observation& observation) = 0;
};

// By their looks. Whoever makes observations puts each look that was taken of a track into its object
// (SeenObject::appearance, of unit length); here the looks of a track are averaged, which is what then stands in
// `appearance`, the gallery is asked, and its answer stands in `subject_id` and `subject_similarity` of this and all
// later observations of the track. Objects without a look keep what they have. Tracks are forgotten when they are lost,
// or not seen for a minute.
std::unique_ptr<SubjectAssigner> make_subject_assigner(std::shared_ptr<vision::Gallery> gallery);

}  // namespace vigil::pipeline
