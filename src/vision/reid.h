#pragma once

#include <memory>
#include <string>
#include <vector>

#include "base/result.h"
#include "media/frame.h"
#include "model/box.h"
#include "vision/picture_model.h"

namespace vigil::vision {

// Turns how a person looks into numbers that can be compared (re-identification). Not thread-safe; one for each thread
// that uses it, the model behind is shared.
class Embedder {
 public:
  virtual ~Embedder() = default;
  // Of unit length; empty where too little of the box lies in the picture (less than 24 × 48 pixels or half of it).
  virtual Result<std::vector<float>> embed(const media::Frame& frame, const model::Box& box) = 0;
  virtual const std::string& name() const = 0;  // of the model: only embeddings of one model compare
};

// From a model with one output of 32 to 4096 numbers.
Result<std::unique_ptr<Embedder>> make_embedder(PictureModelPtr model);

}  // namespace vigil::vision
