#include <algorithm>
#include <array>
#include <cmath>

#include "vision/onnx/layout.h"

// Readers of detectors that answer for every cell of a few grids: YOLOX (Ge et al., 2021) and generalised focal loss
// (Li et al., 2020; NanoDet, PicoDet).

namespace vigil::vision::onnx {
namespace {

bool has_shape(const Outputs& outputs, std::size_t index, std::int64_t rows, std::int64_t columns) {
  if (index >= outputs.size()) return false;
  const auto& shape = outputs.shape(index);
  return shape.size() == 3 && shape[0] == 1 && shape[1] == rows && shape[2] == columns &&
         outputs.floats(index).size() == static_cast<std::size_t>(rows * columns);
}

int across(const Canvas& canvas, int stride) {
  return (canvas.width + stride - 1) / stride;
}

constexpr int kMaxBins = 64;

// Expected value of a distribution over 0 … bins−1 that is given by logits.
float expected(const float* logits, int bins) {
  const float top = greatest(logits, static_cast<std::size_t>(bins));
  float sum = 0, out = 0;
  for (int i = 0; i < bins; ++i) {
    const float weight = std::exp(logits[i] - top);
    sum += weight;
    out += weight * static_cast<float>(i);
  }
  return out / sum;
}

// One grid of scores and distances to the four sides. `step`: floats from one row to the next.
struct GflGrid {
  const float* scores = nullptr;
  const float* sides = nullptr;
  std::size_t score_step = 0, side_step = 0;
  int stride = 0, columns = 0;
  std::int64_t rows = 0;
  float middle = 0.5F;  // where in a cell its point is
};

void read_grid(const GflGrid& grid, const Plan& plan, float least, std::vector<Candidate>& out) {
  const auto classes = static_cast<std::size_t>(plan.classes);
  const auto stride = static_cast<float>(grid.stride);
  for (std::int64_t row = 0; row < grid.rows; ++row) {
    const float* scores = grid.scores + static_cast<std::size_t>(row) * grid.score_step;
    const float best = greatest(scores, classes);
    if (!(best >= least)) continue;
    const float* sides = grid.sides + static_cast<std::size_t>(row) * grid.side_step;
    std::array<float, 4> d{};
    for (int side = 0; side < 4; ++side)
      d[static_cast<std::size_t>(side)] = expected(sides + side * plan.bins, plan.bins) * stride;
    const float x = (static_cast<float>(row % grid.columns) + grid.middle) * stride;
    const float y = (static_cast<float>(row / grid.columns) + grid.middle) * stride;
    out.push_back({x - d[0], y - d[1], x + d[2], y + d[3], std::min(best, 1.F), best_class(scores, classes)});
  }
}

}  // namespace

Result<void> read_yolox(const Plan& plan, const Outputs& outputs, const Canvas& canvas, float least,
                        std::vector<Candidate>& out) {
  const auto width = static_cast<std::size_t>(plan.classes) + 5;
  if (!has_shape(outputs, 0, cells(canvas, plan.strides), static_cast<std::int64_t>(width)))
    return unexpected_outputs();
  const float* row = outputs.floats(0).data();
  for (int stride : plan.strides) {
    const auto columns = across(canvas, stride);
    const auto count = cells(canvas, {stride});
    const auto size = static_cast<float>(stride);
    for (std::int64_t cell = 0; cell < count; ++cell, row += width) {
      if (!(row[4] >= least)) continue;  // classes only make it less
      const auto best = best_class(row + 5, static_cast<std::size_t>(plan.classes));
      const float score = row[4] * row[5 + best];
      if (!(score >= least)) continue;
      float x = row[0], y = row[1], w = row[2], h = row[3];
      if (!plan.decoded) {
        x = (x + static_cast<float>(cell % columns)) * size;
        y = (y + static_cast<float>(cell / columns)) * size;
        w = std::exp(std::min(w, 20.F)) * size;
        h = std::exp(std::min(h, 20.F)) * size;
      }
      out.push_back({x - w / 2, y - h / 2, x + w / 2, y + h / 2, std::min(score, 1.F), best});
    }
  }
  return {};
}

Result<void> read_gfl(const Plan& plan, const Outputs& outputs, const Canvas& canvas, float least,
                      std::vector<Candidate>& out) {
  if (plan.bins < 1 || plan.bins > kMaxBins) return unexpected_outputs();
  const auto sides = static_cast<std::size_t>(plan.bins) * 4, classes = static_cast<std::size_t>(plan.classes);
  if (plan.joined && !has_shape(outputs, 0, cells(canvas, plan.strides), static_cast<std::int64_t>(sides + classes)))
    return unexpected_outputs();
  std::size_t done = 0;
  for (std::size_t level = 0; level < plan.strides.size(); ++level) {
    GflGrid grid;
    grid.stride = plan.strides[level];
    grid.columns = across(canvas, grid.stride);
    grid.rows = cells(canvas, {grid.stride});
    if (plan.joined) {
      grid.scores = outputs.floats(0).data() + done * (sides + classes);
      grid.sides = grid.scores + classes;
      grid.score_step = grid.side_step = sides + classes;
      grid.middle = 0;  // NanoDet-Plus counts from a cell's corner
      done += static_cast<std::size_t>(grid.rows);
    } else {
      const auto first = plan.parts[level], second = plan.parts[level + plan.strides.size()];
      if (!has_shape(outputs, first, grid.rows, plan.classes) ||
          !has_shape(outputs, second, grid.rows, static_cast<std::int64_t>(sides)))
        return unexpected_outputs();
      grid.scores = outputs.floats(first).data();
      grid.sides = outputs.floats(second).data();
      grid.score_step = classes;
      grid.side_step = sides;
    }
    read_grid(grid, plan, least, out);
  }
  return {};
}

}  // namespace vigil::vision::onnx
