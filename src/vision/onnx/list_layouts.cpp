#include <algorithm>
#include <cctype>

#include "vision/onnx/recognisers.h"

// Detectors that answer with a list of objects rather than with what each cell of a grid sees: after their own
// suppression, or transformers.

namespace vigil::vision::onnx {
namespace {

constexpr std::size_t kNone = ~std::size_t{0};
constexpr std::int64_t kMostRows = 1000;  // of a list: more is a grid that is not known
constexpr int kMostPrototypes = 256;
constexpr int kMostShrinking = 32;

bool is_named(const Port& port, std::string_view word) {
  auto same = [](char a, char b) { return std::tolower(static_cast<unsigned char>(a)) == b; };
  return std::search(port.name.begin(), port.name.end(), word.begin(), word.end(), same) != port.name.end();
}

bool on_a_grid(const Canvas& canvas, std::int64_t rows) {
  for (const auto& strides : {std::vector<int>{8, 16, 32}, std::vector<int>{8, 16, 32, 64}}) {
    if (rows == cells(canvas, strides)) return true;
  }
  return false;
}

// [1, N, …] without its first side, which may be missing.
Shape without_batch(const Shape& shape, std::size_t sides) {
  if (shape.size() == sides) return shape;
  if (shape.size() == sides + 1 && shape[0] == 1) return Shape(shape.begin() + 1, shape.end());
  return {};
}

// How many rows there are: one number, or [1,1].
bool is_count(const Shape& shape) {
  return shape.size() <= 2 && std::all_of(shape.begin(), shape.end(), [](auto side) { return side == 1; });
}

}  // namespace

MaskPlan Seen::prototypes() const {
  for (std::size_t i = 0; i < shapes.size(); ++i) {
    const auto& shape = shapes[i];
    if (shape.size() != 4 || shape[0] != 1 || !floats(i)) continue;
    if (shape[1] < 1 || shape[1] > kMostPrototypes || shape[2] < 1 || shape[3] < 1) continue;
    const auto smaller = canvas.width / shape[3];
    if (smaller < 1 || smaller > kMostShrinking || shape[3] * smaller != canvas.width ||
        shape[2] * smaller != canvas.height)
      continue;
    return {static_cast<int>(shape[1]), i};
  }
  return {};
}

// [1, 1, N, 7]: picture, label, score, corners as parts of the picture.
Found as_ssd(const Seen& seen) {
  for (std::size_t i = 0; i < seen.shapes.size(); ++i) {
    const auto& shape = seen.shapes[i];
    if (shape.size() == 4 && shape[0] == 1 && shape[1] == 1 && shape[3] == 7)
      return Plan{.layout = Layout::Ssd, .parts = {i}, .overlap = 1};
  }
  return {};
}

// TensorFlow's detection API: boxes [1,N,4] (top, left, bottom, right), and classes, count, scores told apart by name.
Found as_ssd_parts(const Seen& seen) {
  std::size_t boxes = kNone, classes = kNone, scores = kNone;
  for (std::size_t i = 0; i < seen.shapes.size(); ++i) {
    const auto& shape = seen.shapes[i];
    const auto& port = seen.session.outputs()[i];
    if (!seen.floats(i)) continue;
    if (shape.size() == 3 && shape[0] == 1 && shape[2] == 4 && (boxes == kNone || is_named(port, "box"))) boxes = i;
    if (shape.size() == 2 && shape[0] == 1 && is_named(port, "class")) classes = i;
    if (shape.size() == 2 && shape[0] == 1 && is_named(port, "score")) scores = i;
  }
  if (boxes == kNone || classes == kNone || scores == kNone) return {};
  auto rows = seen.shapes[boxes][1];
  if (seen.shapes[classes][1] != rows || seen.shapes[scores][1] != rows) return {};
  return Plan{.layout = Layout::SsdParts, .parts = {boxes, classes, scores}, .overlap = 1};
}

// Class scores before the sigmoid [1,N,classes] and boxes [1,N,4] (centre and size, parts of the picture).
Found as_detr(const Seen& seen) {
  if (seen.shapes.size() < 2) return {};
  for (std::size_t boxes = 0; boxes < seen.shapes.size(); ++boxes) {
    for (std::size_t scores = 0; scores < seen.shapes.size(); ++scores) {
      const auto &b = seen.shapes[boxes], &s = seen.shapes[scores];
      if (boxes == scores || b.size() != 3 || s.size() != 3 || b[0] != 1 || s[0] != 1 || b[1] != s[1] || b[2] != 4)
        continue;
      // With four classes both look alike; boxes are named so.
      if (s[2] == 4 && !is_named(seen.session.outputs()[boxes], "box")) continue;
      if (!seen.floats(boxes) || !seen.floats(scores) || on_a_grid(seen.canvas, b[1])) continue;
      Plan plan{.layout = Layout::Detr, .classes = static_cast<int>(s[2]), .parts = {scores, boxes}, .overlap = 1};
      if (seen.labels != 0 && static_cast<std::int64_t>(seen.labels) + 1 == s[2]) {
        plan.has_nothing_class = true;
        --plan.classes;
      }
      return plan;
    }
  }
  return {};
}

// Both in one, [1,N,4+classes], and the scores after the sigmoid: RT-DETR as Ultralytics exports it.
Found as_joined_detr(const Seen& seen) {
  if (seen.shapes.size() != 1 || !seen.floats(0)) return {};
  const auto& shape = seen.shapes[0];
  if (shape.size() != 3 || shape[0] != 1 || shape[1] > kMostRows || shape[2] < 5) return {};
  const auto classes = shape[2] - 4;
  if (classes != static_cast<std::int64_t>(seen.labels == 0 ? coco_labels().size() : seen.labels)) return {};
  // Six numbers are commonly two corners, score and class.
  if (shape[2] == 6) return {};
  return Plan{.layout = Layout::Detr, .classes = static_cast<int>(classes), .parts = {0}, .joined = true, .overlap = 1};
}

// Labels [1,N] (whole numbers), boxes [1,N,4] (corners in pixels or parts of the picture), scores [1,N], or both in
// [1,N,5]. The first side may be missing. With a count beside them they are those of TensorRT's suppression, which is
// put behind detectors that keep the picture's aspect.
Found as_detr_decoded(const Seen& seen) {
  std::size_t labels = kNone, boxes = kNone, scores = kNone, others = 0;
  for (std::size_t i = 0; i < seen.shapes.size(); ++i) {
    const auto& shape = seen.shapes[i];
    const bool is_list = shape.size() == 1 || (shape.size() == 2 && shape[0] == 1);
    const auto box = without_batch(shape, 2);
    if (is_count(shape) && is_named(seen.session.outputs()[i], "num")) {
      ++others;
    } else if (is_list && seen.integers(i)) {
      labels = i;
    } else if (is_list && seen.floats(i)) {
      scores = i;
    } else if (!box.empty() && (box[1] == 4 || box[1] == 5) && seen.floats(i)) {
      boxes = i;
    }
  }
  if (labels == kNone || boxes == kNone) return {};
  const auto rows = seen.shapes[labels].back();
  const auto box = without_batch(seen.shapes[boxes], 2);
  const bool joined = box[1] == 5;
  if (box[0] != rows || joined != (scores == kNone)) return {};
  if (!joined && seen.shapes[scores].back() != rows) return {};
  return Plan{.layout = Layout::DetrDecoded,
              .parts = {labels, boxes, joined ? boxes : scores},
              .joined = joined,
              .overlap = 1,
              .letterboxed = others > 0 || joined};
}

// Rows of corners, score and class; with masks, coefficients follow.
Found as_rows(const Seen& seen) {
  const auto masks = seen.prototypes();
  for (std::size_t i = 0; i < seen.shapes.size(); ++i) {
    const auto& shape = seen.shapes[i];
    if (!seen.floats(i) || (shape.size() != 2 && shape.size() != 3)) continue;
    Plan plan{.layout = Layout::Rows, .parts = {i}, .overlap = 1, .masks = masks};
    if (shape.size() == 3 && shape[0] == 1 && shape[1] <= kMostRows && shape[2] == 6 + masks.count) return plan;
    if (shape.size() != 2 || shape[0] > kMostRows || masks.count > 0) continue;
    plan.order = shape[1] == 7 ? RowOrder::PictureCornersClassScore : RowOrder::ClassScoreCorners;
    if (shape[1] == 7 || (shape[1] == 6 && seen.shapes.size() == 2)) return plan;
  }
  return {};
}

}  // namespace vigil::vision::onnx
