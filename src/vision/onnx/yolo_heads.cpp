#include <algorithm>

#include "vision/onnx/layout.h"

// Readers of detectors whose boxes come decoded, as centre and size in pixels.

namespace vigil::vision::onnx {
namespace {

void add(float x, float y, float w, float h, float score, int class_id, std::size_t row, std::vector<Candidate>& out) {
  out.push_back({x - w / 2, y - h / 2, x + w / 2, y + h / 2, std::min(score, 1.F), class_id, static_cast<int>(row)});
}

}  // namespace

Result<void> read_yolov5(const Plan& plan, const Outputs& outputs, const Canvas& canvas, float least,
                         std::vector<Candidate>& out) {
  const auto width = static_cast<std::size_t>(plan.classes + plan.masks.count) + 5;
  const auto values = outputs.floats(plan.parts[0]);
  if (values.size() != static_cast<std::size_t>(3 * cells(canvas, plan.strides)) * width) return unexpected_outputs();
  for (std::size_t i = 0; i < values.size() / width; ++i) {
    const float* row = values.data() + i * width;
    if (!(row[4] >= least)) continue;
    const auto best = best_class(row + 5, static_cast<std::size_t>(plan.classes));
    const float score = row[4] * row[5 + best];
    if (score >= least) add(row[0], row[1], row[2], row[3], score, best, i, out);
  }
  return {};
}

Result<void> read_yolov8(const Plan& plan, const Outputs& outputs, const Canvas& canvas, float least,
                         std::vector<Candidate>& out) {
  const auto classes = static_cast<std::size_t>(plan.classes);
  const auto rows = static_cast<std::size_t>(cells(canvas, plan.strides));
  const auto width = classes + 4 + static_cast<std::size_t>(plan.masks.count);
  const auto values = outputs.floats(plan.parts[0]);
  if (values.size() != rows * width) return unexpected_outputs();
  if (plan.transposed) {
    for (std::size_t i = 0; i < rows; ++i) {
      const float* row = values.data() + i * width;
      const float best = greatest(row + 4, classes);
      if (best >= least) add(row[0], row[1], row[2], row[3], best, best_class(row + 4, classes), i, out);
    }
    return {};
  }
  // Classes lie in planes: the best of each cell is found plane by plane, which the compiler turns into vectors.
  std::vector<float> best(rows, 0.F);
  std::vector<int> which(rows, 0);
  for (std::size_t c = 0; c < classes; ++c) {
    const float* plane = values.data() + (4 + c) * rows;
    for (std::size_t i = 0; i < rows; ++i) {
      const bool better = plane[i] > best[i];
      best[i] = better ? plane[i] : best[i];
      which[i] = better ? static_cast<int>(c) : which[i];
    }
  }
  const float* box = values.data();
  for (std::size_t i = 0; i < rows; ++i) {
    if (best[i] >= least) add(box[i], box[rows + i], box[2 * rows + i], box[3 * rows + i], best[i], which[i], i, out);
  }
  return {};
}

}  // namespace vigil::vision::onnx
