#include <algorithm>
#include <cmath>

#include "vision/onnx/layout.h"

// Readers of detectors that answer with a list: after their own suppression (SSD, YOLOv10, …), and the transformers
// (DETR, RT-DETR, D-FINE, RF-DETR).

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

namespace {

// Corners in pixels, or as parts of the picture: that no box of a list reaches further than a pixel and a half is not
// to be thought of.
class Corners {
 public:
  Corners(const Canvas& canvas, std::vector<Candidate>& out) : canvas_(canvas), out_(out), first_(out.size()) {}

  void add(const float* box, float score, int class_id, std::size_t row) {
    out_.push_back({box[0], box[1], box[2], box[3], std::min(score, 1.F), class_id, static_cast<int>(row)});
    for (int i = 0; i < 4; ++i) in_pixels_ = in_pixels_ || box[i] > 1.5F;
  }
  ~Corners() {
    if (in_pixels_) return;
    const auto w = static_cast<float>(canvas_.width), h = static_cast<float>(canvas_.height);
    for (auto i = first_; i < out_.size(); ++i) {
      auto& each = out_[i];
      each = {each.x1 * w, each.y1 * h, each.x2 * w, each.y2 * h, each.score, each.class_id, each.row};
    }
  }
  Corners(const Corners&) = delete;
  Corners& operator=(const Corners&) = delete;

 private:
  const Canvas canvas_;
  std::vector<Candidate>& out_;
  const std::size_t first_;
  bool in_pixels_ = false;
};

Result<void> read_decoded(const Plan& plan, const Outputs& outputs, const Canvas& canvas, float least,
                          std::vector<Candidate>& out) {
  const auto labels = outputs.integers(plan.parts[0]);
  const auto boxes = outputs.floats(plan.parts[1]), scores = outputs.floats(plan.parts[2]);
  const std::size_t width = plan.joined ? 5 : 4;
  if (boxes.size() != labels.size() * width || (!plan.joined && scores.size() != labels.size()))
    return unexpected_outputs();
  Corners corners(canvas, out);
  for (std::size_t i = 0; i < labels.size(); ++i) {
    const float* box = boxes.data() + i * width;
    const float score = plan.joined ? box[4] : scores[i];
    const int class_id = class_of(static_cast<float>(labels[i]));
    if (score >= least && class_id >= 0) corners.add(box, score, class_id, i);
  }
  return {};
}

}  // namespace

Result<void> read_detr(const Plan& plan, const Outputs& outputs, const Canvas& canvas, float least,
                       std::vector<Candidate>& out) {
  if (plan.layout == Layout::DetrDecoded) return read_decoded(plan, outputs, canvas, least, out);
  const auto w = static_cast<float>(canvas.width), h = static_cast<float>(canvas.height);
  const auto classes = static_cast<std::size_t>(plan.classes);
  // From one row to the next.
  const auto score_step = classes + (plan.joined              ? 4
                                     : plan.has_nothing_class ? 1
                                                              : 0),
             box_step = plan.joined ? score_step : 4;
  const auto boxes = outputs.floats(plan.parts.back());
  auto scores = outputs.floats(plan.parts.front());
  if (boxes.size() / box_step != scores.size() / score_step || scores.size() % score_step != 0)
    return unexpected_outputs();
  if (plan.joined) scores = scores.subspan(std::min<std::size_t>(4, scores.size()));
  for (std::size_t i = 0; i < boxes.size() / box_step; ++i) {
    const float* row = scores.data() + i * score_step;
    const int best = best_class(row, classes);
    const float score = plan.has_nothing_class ? softmax_of(row, score_step, best)
                        : plan.joined          ? std::min(row[best], 1.F)
                                               : sigmoid(row[best]);
    if (!(score >= least)) continue;
    const float* box = boxes.data() + i * box_step;
    out.push_back({(box[0] - box[2] / 2) * w, (box[1] - box[3] / 2) * h, (box[0] + box[2] / 2) * w,
                   (box[1] + box[3] / 2) * h, score, best});
  }
  return {};
}

Result<void> read_rows(const Plan& plan, const Outputs& outputs, const Canvas& canvas, float least,
                       std::vector<Candidate>& out) {
  const auto values = outputs.floats(plan.parts[0]);
  std::size_t width = 6 + static_cast<std::size_t>(plan.masks.count), score = 4, class_at = 5, box = 0;
  if (plan.order == RowOrder::PictureCornersClassScore) {
    width = 7;
    box = 1;
    class_at = 5;
    score = 6;
  } else if (plan.order == RowOrder::ClassScoreCorners) {
    class_at = 0;
    score = 1;
    box = 2;
  }
  const auto& shape = outputs.shape(plan.parts[0]);
  if (shape.empty() || shape.back() != static_cast<std::int64_t>(width)) return unexpected_outputs();
  Corners corners(canvas, out);
  for (std::size_t i = 0; i < values.size() / width; ++i) {
    const float* row = values.data() + i * width;
    const int class_id = class_of(row[class_at]);
    if (row[score] >= least && class_id >= 0) corners.add(row + box, row[score], class_id, i);
  }
  return {};
}

}  // namespace vigil::vision::onnx
