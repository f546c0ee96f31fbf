#pragma once

#include <cstdint>
#include <functional>
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
// `told`, where there is one, hears of every look with the subject that it was given to, and once more when its track
// ends; it must not wait.
using SightingTold = std::function<void(const vision::Sighting& sighting, std::uint64_t subject)>;
std::unique_ptr<SubjectAssigner> make_subject_assigner(std::shared_ptr<vision::Gallery> gallery,
                                                       SightingTold told = nullptr);

}  // namespace vigil::pipeline
