#include <utility>

#include "vision/onnx/picture_model.h"
#include "vision/plates.h"
#include "vision/plates/ctc.h"

namespace vigil::vision {
namespace {

class ModelReader final : public PlateReader {
 public:
  ModelReader(PictureModelPtr model, std::size_t blank, bool steps_first)
      : model_(std::move(model)),
        name_(model_->card().id()),
        preprocessor_(model_->preprocessor()),
        blank_(blank),
        steps_first_(steps_first) {}

  Result<PlateText> read(const media::Frame& frame, const PlateSpot& spot) override {
    const auto plate = straighten(frame, spot, model_->shape().height * 2);
    preprocessor_.prepare(*plate);
    VIGIL_ASSIGN(auto outputs, model_->run(preprocessor_.tensor()));
    const auto& shape = outputs.shape(0);
    const auto a = static_cast<std::size_t>(shape[1]), b = static_cast<std::size_t>(shape[2]);
    const plates::CtcScores scores{outputs.floats(0), steps_first_ ? b : a, steps_first_ ? a : b, steps_first_};
    return plates::read_best_path(scores, model_->card().labels, blank_);
  }
  const std::string& name() const override { return name_; }

 private:
  PictureModelPtr model_;
  std::string name_;
  Preprocessor preprocessor_;
  std::size_t blank_;
  bool steps_first_;
};

}  // namespace

Result<std::unique_ptr<PlateReader>> make_plate_reader(PictureModelPtr model) {
  const auto& card = model->card();
  if (card.task != Task::ReadPlates || card.labels.empty()) {
    return model->unsuitable("the task read_plates, with the characters as labels,");
  }
  const auto& shapes = model->output_shapes();
  const auto classes = static_cast<std::int64_t>(card.labels.size()) + 1;
  const bool fits = shapes.size() == 1 && shapes[0].size() == 3 && shapes[0][0] == 1;
  if (!fits || (shapes[0][1] != classes && shapes[0][2] != classes)) {
    return model->unsuitable("one output with a score for each label and one for blank");
  }
  const bool steps_first = shapes[0][1] != classes;
  auto blank = card.labels.size();
  return std::unique_ptr<PlateReader>(std::make_unique<ModelReader>(std::move(model), blank, steps_first));
}

}  // namespace vigil::vision
