#include <algorithm>
#include <cmath>
#include <utility>

#include "vision/onnx/picture_model.h"
#include "vision/plates.h"
#include "vision/plates/overlap.h"
#include "vision/plates/quad.h"

namespace vigil::vision {
namespace {

constexpr std::size_t kColumns = 15;
constexpr float kLeast = 0.25F;

class ModelFinder final : public PlateFinder {
 public:
  explicit ModelFinder(PictureModelPtr model)
      : model_(std::move(model)), name_(model_->card().id()), preprocessor_(model_->preprocessor()) {}

  Result<std::vector<PlateSpot>> find(const media::Frame& frame, const Region& within) override {
    const auto placement = preprocessor_.prepare(frame, within);
    VIGIL_ASSIGN(auto outputs, model_->run(preprocessor_.tensor()));
    const auto rows = outputs.floats(0);
    std::vector<PlateSpot> out;
    for (std::size_t at = 0; at + kColumns <= rows.size(); at += kColumns) {
      if (auto spot = read(rows.subspan(at, kColumns), placement)) out.push_back(*spot);
    }
    plates::keep_best(out);
    return out;
  }
  const std::string& name() const override { return name_; }

 private:
  // Centre, size, score, x and y of four corners, scores for one line and two: pixels of the tensor.
  static std::optional<PlateSpot> read(std::span<const float> row, const Placement& placement) {
    const float lines = std::max(row[13], row[14]);
    const float score = row[4] * lines;
    if (!(score >= kLeast && score <= 1.01F)) return std::nullopt;
    PlateSpot spot;
    spot.score = std::min(score, 1.F);
    spot.two_lines = row[14] > row[13];
    spot.box = placement.to_picture(row[0] - row[2] / 2, row[1] - row[3] / 2, row[0] + row[2] / 2, row[1] + row[3] / 2);
    const float sx = static_cast<float>(placement.region.width) / static_cast<float>(placement.width);
    const float sy = static_cast<float>(placement.region.height) / static_cast<float>(placement.height);
    for (std::size_t i = 0; i < 4; ++i) {
      spot.corners[i].x =
          static_cast<float>(placement.region.x) + (row[5 + 2 * i] - static_cast<float>(placement.left)) * sx;
      spot.corners[i].y =
          static_cast<float>(placement.region.y) + (row[6 + 2 * i] - static_cast<float>(placement.top)) * sy;
    }
    spot.exact = plates::sound(spot.corners);
    if (!spot.exact) spot.corners = plates::corners_of(spot.box);
    if (!(spot.box.width >= 4 && spot.box.height >= 2)) return std::nullopt;
    return spot;
  }

  PictureModelPtr model_;
  std::string name_;
  Preprocessor preprocessor_;
};

}  // namespace

Result<std::unique_ptr<PlateFinder>> make_plate_finder(PictureModelPtr model) {
  const auto& shapes = model->output_shapes();
  const bool fits = shapes.size() == 1 && shapes[0].size() == 3 && shapes[0][2] == static_cast<int>(kColumns);
  if (model->card().task != Task::FindPlates || !fits) return model->unsuitable("one output [1,N,15]");
  return std::unique_ptr<PlateFinder>(std::make_unique<ModelFinder>(std::move(model)));
}

}  // namespace vigil::vision
