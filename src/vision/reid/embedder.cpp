#include <algorithm>
#include <cmath>
#include <utility>

#include "vision/onnx/picture_model.h"
#include "vision/reid.h"

namespace vigil::vision {
namespace {

constexpr float kLeastWidth = 24, kLeastHeight = 48;

class ModelEmbedder final : public Embedder {
 public:
  explicit ModelEmbedder(PictureModelPtr model)
      : model_(std::move(model)), name_(model_->card().id()), preprocessor_(model_->preprocessor()) {}

  Result<std::vector<float>> embed(const media::Frame& frame, const model::Box& box) override {
    const auto seen = model::clip(box, frame.width, frame.height);
    if (seen.width < kLeastWidth || seen.height < kLeastHeight || seen.area() < box.area() / 2) {
      return std::vector<float>{};
    }
    preprocessor_.prepare(frame, {static_cast<int>(seen.x), static_cast<int>(seen.y), static_cast<int>(seen.width),
                                  static_cast<int>(seen.height)});
    VIGIL_ASSIGN(auto outputs, model_->run(preprocessor_.tensor()));
    const auto values = outputs.floats(0);
    double squares = 0;
    for (const float value : values) squares += static_cast<double>(value) * value;
    const double length = std::sqrt(squares);
    if (!(length > 1e-6) || !std::isfinite(length)) return std::vector<float>{};
    std::vector<float> out(values.begin(), values.end());
    for (auto& value : out) value = static_cast<float>(value / length);
    return out;
  }
  const std::string& name() const override { return name_; }

 private:
  PictureModelPtr model_;
  std::string name_;
  Preprocessor preprocessor_;
};

}  // namespace

Result<std::unique_ptr<Embedder>> make_embedder(PictureModelPtr model) {
  const auto& shapes = model->output_shapes();
  std::int64_t count = shapes.size() == 1 ? 1 : 0;
  for (const auto side : shapes.empty() ? std::vector<std::int64_t>{} : shapes[0]) count *= side;
  if (model->card().task != Task::Appearance || count < 32 || count > 4096) {
    return model->unsuitable("one output of 32 to 4096 numbers");
  }
  return std::unique_ptr<Embedder>(std::make_unique<ModelEmbedder>(std::move(model)));
}

}  // namespace vigil::vision
