#include <algorithm>
#include <cmath>

#include "vision/onnx/layout.h"

// Readers of detectors that answer with a list: SSD after its own suppression, and the transformers (DETR, RT-DETR,
// D-FINE, RF-DETR).

namespace vigil::vision::onnx {
namespace {

constexpr float kMostClasses = 100000;

float sigmoid(float x) {
  return 1 / (1 + std::exp(-x));
}

// A class that came as a float; −1 when it is none.
int class_of(float value) {
  return value >= 0 && value < kMostClasses ? static_cast<int>(std::lround(value)) : -1;
}

void read_ssd_rows(std::span<const float> values, const Canvas& canvas, float least, std::vector<Candidate>& out) {
  const auto w = static_cast<float>(canvas.width), h = static_cast<float>(canvas.height);
  for (std::size_t at = 0; at + 7 <= values.size(); at += 7) {
    const float* row = values.data() + at;
    if (!(row[0] >= 0)) break;  // a negative picture number ends the list
    const int class_id = class_of(row[1]);
    if (row[2] >= least && class_id >= 0)
      out.push_back({row[3] * w, row[4] * h, row[5] * w, row[6] * h, std::min(row[2], 1.F), class_id});
  }
}

float softmax_of(const float* scores, std::size_t count, int which) {
  const float top = greatest(scores, count);
  float sum = 0;
  for (std::size_t i = 0; i < count; ++i) sum += std::exp(scores[i] - top);
  return std::exp(scores[which] - top) / sum;
}

}  // namespace

Result<void> read_ssd(const Plan& plan, const Outputs& outputs, const Canvas& canvas, float least,
                      std::vector<Candidate>& out) {
  const auto values = outputs.floats(plan.parts[0]);
  if (plan.layout == Layout::Ssd) {
    read_ssd_rows(values, canvas, least, out);
    return {};
  }
  const auto classes = outputs.floats(plan.parts[1]), scores = outputs.floats(plan.parts[2]);
  if (values.size() != classes.size() * 4 || scores.size() != classes.size()) return unexpected_outputs();
  const auto w = static_cast<float>(canvas.width), h = static_cast<float>(canvas.height);
  for (std::size_t i = 0; i < scores.size(); ++i) {
    const float* box = values.data() + 4 * i;
    const int class_id = class_of(classes[i]);
    if (scores[i] >= least && class_id >= 0)
      out.push_back({box[1] * w, box[0] * h, box[3] * w, box[2] * h, std::min(scores[i], 1.F), class_id});
  }
  return {};
}

Result<void> read_detr(const Plan& plan, const Outputs& outputs, const Canvas& canvas, float least,
                       std::vector<Candidate>& out) {
  const auto w = static_cast<float>(canvas.width), h = static_cast<float>(canvas.height);
  if (plan.layout == Layout::DetrDecoded) {
    const auto labels = outputs.integers(plan.parts[0]);
    const auto boxes = outputs.floats(plan.parts[1]), scores = outputs.floats(plan.parts[2]);
    if (boxes.size() != labels.size() * 4 || scores.size() != labels.size()) return unexpected_outputs();
    for (std::size_t i = 0; i < labels.size(); ++i) {
      const float* box = boxes.data() + 4 * i;
      const int class_id = class_of(static_cast<float>(labels[i]));
      if (scores[i] >= least && class_id >= 0)
        out.push_back({box[0], box[1], box[2], box[3], std::min(scores[i], 1.F), class_id});
    }
    return {};
  }
  const auto classes = static_cast<std::size_t>(plan.classes);
  const auto width = classes + (plan.has_nothing_class ? 1 : 0);
  const auto scores = outputs.floats(plan.parts[0]), boxes = outputs.floats(plan.parts[1]);
  if (boxes.size() / 4 != scores.size() / width || scores.size() % width != 0) return unexpected_outputs();
  for (std::size_t i = 0; i < boxes.size() / 4; ++i) {
    const float* row = scores.data() + i * width;
    const int best = best_class(row, classes);
    const float score = plan.has_nothing_class ? softmax_of(row, width, best) : sigmoid(row[best]);
    if (!(score >= least)) continue;
    const float* box = boxes.data() + 4 * i;
    out.push_back({(box[0] - box[2] / 2) * w, (box[1] - box[3] / 2) * h, (box[0] + box[2] / 2) * w,
                   (box[1] + box[3] / 2) * h, score, best});
  }
  return {};
}

}  // namespace vigil::vision::onnx
