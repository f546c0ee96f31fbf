#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "vision/segmentation.h"

namespace vigil::vision {
namespace {

Result<void> check_sides(int width, int height) {
  if (width >= 1 && height >= 1 && width <= kMaxMaskSide && height <= kMaxMaskSide) return {};
  return make_error(ErrorKind::InvalidArgument, fmt::format("a mask's sides are 1 to {}", kMaxMaskSide), "mask.size");
}

}  // namespace

Result<model::Mask> encode_mask(const std::vector<std::uint8_t>& bits, int width, int height) {
  VIGIL_TRY(check_sides(width, height));
  if (bits.size() != static_cast<std::size_t>(width) * static_cast<std::size_t>(height)) {
    return make_error(ErrorKind::InvalidArgument, "a mask needs one value for each of its samples", "mask.size");
  }
  model::Mask out{width, height, {}};
  bool value = false;
  std::uint32_t run = 0;
  for (const auto bit : bits) {
    if ((bit != 0) != value) {
      out.runs.push_back(run);
      run = 0;
      value = !value;
    }
    ++run;
  }
  out.runs.push_back(run);
  return out;
}

Result<std::vector<std::uint8_t>> decode_mask(const model::Mask& mask) {
  VIGIL_TRY(check_sides(mask.width, mask.height));
  const auto size = static_cast<std::size_t>(mask.width) * static_cast<std::size_t>(mask.height);
  std::vector<std::uint8_t> out;
  out.reserve(size);
  std::uint8_t value = 0;
  for (const auto run : mask.runs) {
    if (run > size - out.size()) {
      return make_error(ErrorKind::InvalidArgument, "a mask's runs are longer than its grid", "mask.runs");
    }
    out.insert(out.end(), run, value);
    value = value == 0 ? 1 : 0;
  }
  if (out.size() != size) {
    return make_error(ErrorKind::InvalidArgument, "a mask's runs are shorter than its grid", "mask.runs");
  }
  return out;
}

std::size_t mask_area(const model::Mask& mask) {
  const auto bits = decode_mask(mask);
  return bits ? static_cast<std::size_t>(std::count(bits->begin(), bits->end(), 1)) : 0;
}

Result<model::Mask> mask_of(const std::vector<model::Polygon>& outlines, int width, int height) {
  VIGIL_TRY(check_sides(width, height));
  std::vector<std::uint8_t> bits(static_cast<std::size_t>(width) * static_cast<std::size_t>(height));
  std::vector<double> crossings;
  for (const auto& outline : outlines) {
    for (int row = 0; row < height; ++row) {
      const double y = row + 0.5;
      crossings.clear();
      for (std::size_t i = 0; i < outline.size(); ++i) {
        const auto &a = outline[i], &b = outline[(i + 1) % outline.size()];
        const double ay = a.y * height, by = b.y * height;
        if ((ay <= y) == (by <= y)) continue;
        crossings.push_back((a.x + (b.x - a.x) * (y - ay) / (by - ay)) * width);
      }
      std::sort(crossings.begin(), crossings.end());
      for (std::size_t i = 0; i + 1 < crossings.size(); i += 2) {
        const auto from = static_cast<int>(std::ceil(std::clamp(crossings[i], 0.0, 1.0 * width) - 0.5));
        const auto to = static_cast<int>(std::ceil(std::clamp(crossings[i + 1], 0.0, 1.0 * width) - 0.5));
        for (int x = std::max(from, 0); x < std::min(to, width); ++x) {
          bits[static_cast<std::size_t>(row) * static_cast<std::size_t>(width) + static_cast<std::size_t>(x)] = 1;
        }
      }
    }
  }
  return encode_mask(bits, width, height);
}

}  // namespace vigil::vision
