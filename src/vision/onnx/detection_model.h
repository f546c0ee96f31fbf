#pragma once

#include <memory>
#include <string>

#include "vision/model.h"
#include "vision/onnx/batcher.h"
#include "vision/onnx/layout.h"
#include "vision/onnx/session.h"
#include "vision/preprocess.h"

namespace vigil::vision::onnx {

// A detector's model: one session, and how to feed it and to read its outputs.
class DetectionModel final : public Model {
 public:
  // `joins`: pictures that come at the same time go through in one run, where the model takes several.
  static Result<std::shared_ptr<const DetectionModel>> load(ModelCard card, std::string_view bytes,
                                                            const std::string& device, bool joins);

  const ModelCard& card() const override { return card_; }
  const std::string& device() const override { return session_->device(); }
  bool takes_any_size() const override { return takes_any_size_; }
  bool joins() const { return batcher_ != nullptr; }

  TensorShape shape() const { return {card_.width, card_.height, channels_last_}; }
  const Plan& plan() const { return plan_; }

  // `tensor`: of a picture that Preprocessor made, in a shape of which the model takes it.
  Result<Outputs> run(std::span<const float> tensor, const TensorShape& shape) const;

 private:
  DetectionModel() = default;
  Result<void> choose_input();
  Result<void> try_out();
  Result<Outputs> run_alone(std::span<const float> tensor, const TensorShape& shape) const;
  Result<Outputs> run_empty(const TensorShape& shape) const;
  Result<void> try_other_size(std::string_view bytes, const std::string& device);
  Result<void> try_several(std::string_view bytes, const std::string& device);

  ModelCard card_;
  Plan plan_;
  std::shared_ptr<const Session> session_;
  std::unique_ptr<Batcher> batcher_;  // null: each picture is a run of its own
  std::size_t picture_ = 0;           // which input takes the picture
  bool channels_last_ = false, bytes_input_ = false, takes_any_size_ = false;
};

}  // namespace vigil::vision::onnx
