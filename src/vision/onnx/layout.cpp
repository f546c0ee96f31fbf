#include "vision/onnx/layout.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "vision/onnx/recognisers.h"

namespace vigil::vision::onnx {
namespace {

const std::vector<std::vector<int>>& known_strides() {
  static const std::vector<std::vector<int>> all = {{8, 16, 32}, {8, 16, 32, 64}, {4, 8, 16, 32}};
  return all;
}

// [1, cells, 5 + classes]: x, y, w, h, objectness, classes; one row for each cell.
Found as_yolox(const Seen& seen) {
  if (seen.shapes.size() != 1 || !seen.floats(0)) return {};
  const auto& shape = seen.shapes[0];
  if (shape.size() != 3 || shape[0] != 1 || shape[2] < 6) return {};
  for (const auto& strides : {std::vector<int>{8, 16, 32}, std::vector<int>{8, 16, 32, 64}}) {
    if (shape[1] != cells(seen.canvas, strides)) continue;
    Plan plan{.layout = Layout::Yolox, .classes = static_cast<int>(shape[2] - 5), .strides = strides, .parts = {0}};
    // Centres within a cell are small numbers; in pixels they go up to the canvas's size.
    const auto values = seen.outputs.floats(0);
    float farthest = 0;
    for (std::size_t at = 0; at < values.size(); at += static_cast<std::size_t>(shape[2]))
      farthest = std::max(farthest, values[at]);
    plan.decoded = farthest > static_cast<float>(seen.canvas.width) / 2;
    return plan;
  }
  return {};
}

// [1, cells, classes + 4 · bins] with four strides: NanoDet-Plus.
Found as_joined_gfl(const Seen& seen) {
  if (seen.shapes.size() != 1 || !seen.floats(0)) return {};
  const auto& shape = seen.shapes[0];
  const std::vector<int> strides = {8, 16, 32, 64};
  if (shape.size() != 3 || shape[0] != 1 || shape[1] != cells(seen.canvas, strides)) return {};
  const std::int64_t bins = 8, classes = shape[2] - 4 * bins;
  if (classes < 1 || (seen.labels != 0 && classes != static_cast<std::int64_t>(seen.labels))) return {};
  return Plan{.layout = Layout::Gfl,
              .classes = static_cast<int>(classes),
              .strides = strides,
              .parts = {0},
              .bins = static_cast<int>(bins),
              .joined = true,
              .overlap = 0.6F};
}

// Two outputs for each grid: [1, cells, classes] and [1, cells, 4 · bins].
Found as_gfl(const Seen& seen) {
  const auto count = seen.shapes.size();
  for (const auto& strides : known_strides()) {
    if (count != 2 * strides.size()) continue;
    Plan plan{.layout = Layout::Gfl, .strides = strides, .overlap = 0.6F};
    std::vector<std::size_t> scores, sides;
    std::int64_t classes = 0, numbers = 0;
    // Scores come first where both have the same number of rows; classes and sides may be of equal width.
    for (int stride : strides) {
      std::vector<std::size_t> mine;
      for (std::size_t i = 0; i < count; ++i) {
        const auto& shape = seen.shapes[i];
        if (shape.size() == 3 && shape[0] == 1 && seen.floats(i) && shape[1] == cells(seen.canvas, {stride}))
          mine.push_back(i);
      }
      if (mine.size() != 2) break;
      scores.push_back(mine[0]);
      sides.push_back(mine[1]);
      auto c = seen.shapes[mine[0]][2], n = seen.shapes[mine[1]][2];
      if (classes != 0 && (c != classes || n != numbers)) break;
      classes = c;
      numbers = n;
    }
    if (sides.size() != strides.size() || classes < 1 || numbers % 4 != 0 || numbers < 8 || numbers > 256) continue;
    plan.classes = static_cast<int>(classes);
    plan.bins = static_cast<int>(numbers / 4);
    plan.parts = scores;
    plan.parts.insert(plan.parts.end(), sides.begin(), sides.end());
    return plan;
  }
  return {};
}

// Classes in a row of that many numbers, `others` of which are none; fewer than 1 when it cannot be.
int classes_in(std::int64_t width, int others, const MaskPlan& masks) {
  return static_cast<int>(std::min<std::int64_t>(width, 1 << 20)) - others - masks.count;
}

// [1, 3 · cells, 5 + classes] in pixels. With masks, their coefficients follow the classes.
Found as_yolov5(const Seen& seen) {
  for (std::size_t i = 0; i < seen.shapes.size(); ++i) {
    const auto& shape = seen.shapes[i];
    if (shape.size() != 3 || shape[0] != 1 || !seen.floats(i)) continue;
    for (const auto& strides : known_strides()) {
      if (shape[1] != 3 * cells(seen.canvas, strides)) continue;
      Plan plan{.layout = Layout::Yolov5, .strides = strides, .parts = {i}};
      // The grids before they are put together, which some have beside them, look like prototypes too.
      for (const auto& masks : {seen.prototypes(), MaskPlan{}}) {
        plan.masks = masks;
        plan.classes = classes_in(shape[2], 5, masks);
        if (plan.classes >= 1) return plan;
      }
    }
  }
  return {};
}

// [1, 4 + classes, cells] in pixels; or the other way round. The same of masks.
Found as_yolov8(const Seen& seen) {
  const auto masks = seen.prototypes();
  if (seen.shapes.size() != (masks.count > 0 ? 2U : 1U)) return {};
  const std::size_t part = masks.count > 0 ? 1 - masks.output : 0;
  const auto& shape = seen.shapes[part];
  if (!seen.floats(part) || shape.size() != 3 || shape[0] != 1) return {};
  for (const auto& strides : known_strides()) {
    const auto all = cells(seen.canvas, strides);
    const bool upright = shape[2] == all, turned = shape[1] == all;
    Plan plan{.layout = Layout::Yolov8, .strides = strides, .parts = {part}, .masks = masks};
    plan.classes = classes_in(upright ? shape[1] : shape[2], 4, masks);
    plan.transposed = !upright;
    if ((upright || turned) && plan.classes >= 1) return plan;
  }
  return {};
}

// The more particular ones first.
constexpr std::pair<Layout, Found (*)(const Seen&)> kRecognisers[] = {
    {Layout::Ssd, as_ssd},          {Layout::SsdParts, as_ssd_parts}, {Layout::DetrDecoded, as_detr_decoded},
    {Layout::Gfl, as_gfl},          {Layout::Gfl, as_joined_gfl},     {Layout::Detr, as_detr},
    {Layout::Yolov5, as_yolov5},    {Layout::Yolox, as_yolox},        {Layout::Yolov8, as_yolov8},
    {Layout::Detr, as_joined_detr}, {Layout::Rows, as_rows}};

}  // namespace

Result<Plan> recognise(const Session& session, const Outputs& outputs, const Canvas& canvas, Layout wanted,
                       std::size_t labels) {
  Seen seen{session, outputs, canvas, labels, {}};
  for (std::size_t i = 0; i < outputs.size(); ++i) seen.shapes.push_back(outputs.shape(i));
  Found other;
  for (const auto& [layout, look] : kRecognisers) {
    if (wanted != Layout::Unknown && wanted != layout) continue;
    auto plan = look(seen);
    if (!plan) continue;
    if (plan->classes == 0 && other) continue;  // what looks like a list of any classes is that one, labelled wrongly
    if (labels == 0 || plan->classes == 0 || plan->classes == static_cast<int>(labels)) return *plan;
    if (!other) other = plan;  // perhaps another one fits the labels, too
  }
  if (other) {
    return make_error(ErrorKind::InvalidArgument,
                      fmt::format("the model tells {} classes apart, and {} labels were given; it needs one label for "
                                  "each class, in the order of its training",
                                  other->classes, labels),
                      "model.labels");
  }
  std::string given;
  for (std::size_t i = 0; i < seen.shapes.size() && given.size() < 600; ++i) {
    given += (i == 0 ? "" : ", ") + session.outputs()[i].name.substr(0, 60) + " [";
    for (std::size_t d = 0; d < seen.shapes[i].size(); ++d)
      given += (d == 0 ? "" : ",") + std::to_string(seen.shapes[i][d]);
    given += "]";
  }
  auto what = wanted == Layout::Unknown ? "of no layout known (" + layout_names() + ")"
                                        : fmt::format("not of the layout {}", to_string(wanted));
  return make_error(ErrorKind::InvalidArgument,
                    fmt::format("the model's outputs are {}: {}", what, given.empty() ? "none" : given),
                    "model.layout");
}

Result<void> read_candidates(const Plan& plan, const Outputs& outputs, const Canvas& canvas, float least,
                             std::vector<Candidate>& out) {
  switch (plan.layout) {
    case Layout::Yolox:
      return read_yolox(plan, outputs, canvas, least, out);
    case Layout::Gfl:
      return read_gfl(plan, outputs, canvas, least, out);
    case Layout::Yolov5:
      return read_yolov5(plan, outputs, canvas, least, out);
    case Layout::Yolov8:
      return read_yolov8(plan, outputs, canvas, least, out);
    case Layout::Ssd:
    case Layout::SsdParts:
      return read_ssd(plan, outputs, canvas, least, out);
    case Layout::Detr:
    case Layout::DetrDecoded:
      return read_detr(plan, outputs, canvas, least, out);
    case Layout::Rows:
      return read_rows(plan, outputs, canvas, least, out);
    case Layout::Unknown:
      break;
  }
  return unexpected_outputs();
}

Preparation usual_preparation(const Plan& plan) {
  using Fit = Preparation::Fit;
  using Order = Preparation::Order;
  switch (plan.layout) {
    case Layout::Yolox:
      return {.fit = Fit::Letterbox, .order = Order::Bgr, .mean = {0, 0, 0}, .scale = {1, 1, 1}};
    case Layout::Gfl:
      if (plan.strides.size() == 4 && !plan.joined) {
        return {.fit = Fit::Stretch,
                .order = Order::Rgb,
                .mean = {123.675F, 116.28F, 103.53F},
                .scale = {58.395F, 57.12F, 57.375F}};
      }
      return {.fit = Fit::Stretch,
              .order = Order::Bgr,
              .mean = {103.53F, 116.28F, 123.675F},
              .scale = {57.375F, 57.12F, 58.395F}};
    case Layout::Ssd:
    case Layout::SsdParts:
      return {.fit = Fit::Stretch, .order = Order::Bgr, .mean = {0, 0, 0}, .scale = {1, 1, 1}};
    case Layout::Detr:
    case Layout::DetrDecoded:
      if (plan.letterboxed) return {.fit = Fit::Letterbox, .centred = true, .order = Order::Rgb};
      return {.fit = Fit::Stretch, .order = Order::Rgb};
    case Layout::Rows:
      if (plan.order == RowOrder::ClassScoreCorners) {  // PaddleDetection: ImageNet's
        return {.fit = Fit::Stretch,
                .order = Order::Rgb,
                .mean = {123.675F, 116.28F, 103.53F},
                .scale = {58.395F, 57.12F, 57.375F}};
      }
      [[fallthrough]];
    case Layout::Yolov5:
    case Layout::Yolov8:
    case Layout::Unknown:
      return {.fit = Fit::Letterbox, .centred = true, .order = Order::Rgb};
  }
  return {};
}

std::int64_t cells(const Canvas& canvas, const std::vector<int>& strides) {
  std::int64_t out = 0;
  for (int stride : strides) {
    out += static_cast<std::int64_t>((canvas.width + stride - 1) / stride) * ((canvas.height + stride - 1) / stride);
  }
  return out;
}

float greatest(const float* scores, std::size_t count) {
  float lanes[8] = {-1e30F, -1e30F, -1e30F, -1e30F, -1e30F, -1e30F, -1e30F, -1e30F};
  std::size_t at = 0;
  for (; at + 8 <= count; at += 8) {
    for (std::size_t i = 0; i < 8; ++i) lanes[i] = scores[at + i] > lanes[i] ? scores[at + i] : lanes[i];
  }
  float best = *std::max_element(lanes, lanes + 8);
  for (; at < count; ++at) best = scores[at] > best ? scores[at] : best;
  return best;
}

int best_class(const float* scores, std::size_t count) {
  return static_cast<int>(std::max_element(scores, scores + count) - scores);
}

Error unexpected_outputs() {
  return make_error(ErrorKind::InvalidArgument, "the model's outputs changed their shape from one run to the next");
}

}  // namespace vigil::vision::onnx
