#include "vision/onnx/instance_mask.h"

#include <algorithm>
#include <cmath>
#include <span>
#include <vector>

#include "vision/segmentation.h"

namespace vigil::vision::onnx {
namespace {

// Where an object's coefficients lie in the output of its row.
struct Coefficients {
  std::size_t first = 0, step = 1;
};

std::optional<Coefficients> coefficients_of(const Plan& plan, const std::vector<std::int64_t>& shape, int row) {
  if (shape.size() != 3 || row < 0) return {};
  const auto at = static_cast<std::size_t>(row), count = static_cast<std::size_t>(plan.masks.count);
  const auto rows = static_cast<std::size_t>(shape[1]), columns = static_cast<std::size_t>(shape[2]);
  if (plan.layout == Layout::Yolov8 && !plan.transposed) {
    if (rows < count || at >= columns) return {};
    return Coefficients{(rows - count) * columns + at, columns};
  }
  if (columns < count || at >= rows) return {};
  return Coefficients{at * columns + columns - count, 1};
}

// A range of cells of the prototypes, along one side, and where the samples lie in it.
struct Side {
  int begin = 0, end = 0;
  std::vector<float> at;  // centres of the samples, in cells from `begin`; a cell's own centre is a whole number
};

// `low`, `high`: the box's ends in the tensor.
Side side_of(float low, float high, std::int64_t tensor, std::int64_t cells) {
  const float scale = static_cast<float>(cells) / static_cast<float>(tensor);
  const float from = std::clamp(low * scale, 0.F, static_cast<float>(cells));
  const float to = std::clamp(high * scale, from, static_cast<float>(cells));
  Side out;
  out.begin = std::clamp(static_cast<int>(std::floor(from - 0.5F)), 0, static_cast<int>(cells) - 1);
  out.end = std::clamp(static_cast<int>(std::ceil(to - 0.5F)) + 1, out.begin + 1, static_cast<int>(cells));
  const int samples = std::clamp(static_cast<int>(std::lround(2 * (to - from))), 1, kMaxMaskGrid);
  for (int i = 0; i < samples; ++i) {
    const float part = (static_cast<float>(i) + 0.5F) / static_cast<float>(samples);
    const float centre = from + part * (to - from) - 0.5F - static_cast<float>(out.begin);
    out.at.push_back(std::clamp(centre, 0.F, static_cast<float>(out.end - out.begin - 1)));
  }
  return out;
}

}  // namespace

std::optional<model::Mask> instance_mask(const Plan& plan, const Outputs& outputs, const Canvas& canvas,
                                         const Placement& placement, const Candidate& found, const model::Box& box) {
  if (plan.masks.count <= 0 || plan.masks.output >= outputs.size()) return {};
  const auto& shape = outputs.shape(plan.masks.output);
  const auto prototypes = outputs.floats(plan.masks.output), rows = outputs.floats(plan.parts[0]);
  const auto place = coefficients_of(plan, outputs.shape(plan.parts[0]), found.row);
  const bool usual = shape.size() == 4 && shape[1] == plan.masks.count && shape[2] > 0 && shape[3] > 0 &&
                     !prototypes.empty() && !rows.empty();
  if (!place || !usual || placement.region.width <= 0 || placement.region.height <= 0) return {};

  const float across = static_cast<float>(placement.width) / static_cast<float>(placement.region.width);
  const float down = static_cast<float>(placement.height) / static_cast<float>(placement.region.height);
  auto tensor_x = [&](float x) {
    return static_cast<float>(placement.left) + (x - static_cast<float>(placement.region.x)) * across;
  };
  auto tensor_y = [&](float y) {
    return static_cast<float>(placement.top) + (y - static_cast<float>(placement.region.y)) * down;
  };
  const auto xs = side_of(tensor_x(box.x), tensor_x(box.right()), canvas.width, shape[3]);
  const auto ys = side_of(tensor_y(box.y), tensor_y(box.bottom()), canvas.height, shape[2]);

  const auto width = static_cast<std::size_t>(xs.end - xs.begin), height = static_cast<std::size_t>(ys.end - ys.begin);
  const auto pitch = static_cast<std::size_t>(shape[3]), plane = pitch * static_cast<std::size_t>(shape[2]);
  std::vector<float> sum(width * height, 0.F);
  for (std::size_t k = 0; k < static_cast<std::size_t>(plan.masks.count); ++k) {
    const float weight = rows[place->first + k * place->step];
    const float* from =
        prototypes.data() + k * plane + static_cast<std::size_t>(ys.begin) * pitch + static_cast<std::size_t>(xs.begin);
    for (std::size_t y = 0; y < height; ++y, from += pitch) {
      for (std::size_t x = 0; x < width; ++x) sum[y * width + x] += weight * from[x];
    }
  }

  std::vector<std::uint8_t> bits;
  bits.reserve(xs.at.size() * ys.at.size());
  for (const float y : ys.at) {
    const auto y0 = static_cast<std::size_t>(y), y1 = std::min(y0 + 1, height - 1);
    const float low = y - static_cast<float>(y0);
    for (const float x : xs.at) {
      const auto x0 = static_cast<std::size_t>(x), x1 = std::min(x0 + 1, width - 1);
      const float right = x - static_cast<float>(x0);
      const float above = sum[y0 * width + x0] * (1 - right) + sum[y0 * width + x1] * right;
      const float below = sum[y1 * width + x0] * (1 - right) + sum[y1 * width + x1] * right;
      bits.push_back(above * (1 - low) + below * low > 0 ? 1 : 0);
    }
  }
  if (std::find(bits.begin(), bits.end(), 1) == bits.end()) return {};
  auto mask = encode_mask(bits, static_cast<int>(xs.at.size()), static_cast<int>(ys.at.size()));
  if (!mask) return {};
  return std::move(*mask);
}

}  // namespace vigil::vision::onnx
