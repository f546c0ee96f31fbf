#pragma once

#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "vision/model_card.h"
#include "vision/onnx/session.h"
#include "vision/picture_model.h"
#include "vision/preprocess.h"

namespace vigil::vision::onnx {

// One session with one input: a picture of a fixed size.
class PictureModel {
 public:
  static Result<PictureModelPtr> load(ModelCard card, std::string_view bytes, const std::string& device);

  const ModelCard& card() const { return card_; }  // with the size that is used
  TensorShape shape() const { return {card_.width, card_.height, channels_last_}; }
  Preprocessor preprocessor() const { return {shape(), card_.preparation}; }
  // Shapes of the outputs, as a run gave them.
  const std::vector<std::vector<std::int64_t>>& output_shapes() const { return output_shapes_; }
  const std::vector<Port>& outputs() const { return session_->outputs(); }

  // `tensor`: of shape().
  Result<Outputs> run(std::span<const float> tensor) const;

  // For those that want other outputs: InvalidArgument that names those there are.
  Error unsuitable(std::string_view wanted) const;

 private:
  PictureModel() = default;
  Result<void> choose_input();

  ModelCard card_;
  std::shared_ptr<const Session> session_;
  bool channels_last_ = false;
  std::vector<std::vector<std::int64_t>> output_shapes_;
};

}  // namespace vigil::vision::onnx
