#include "extract/look.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <vector>

namespace vigil::extract {
namespace {

constexpr int kWidest = 320;

// Luma 0..255 at a smaller size: means of blocks.
struct Small {
  int width = 0, height = 0;
  std::vector<int> pixels;
  int at(int x, int y) const { return pixels[static_cast<std::size_t>(y) * static_cast<std::size_t>(width) + x]; }
};

Small shrunk(const media::Frame& frame) {
  const int block = std::max(1, (frame.width + kWidest - 1) / kWidest);
  Small out{std::max(1, frame.width / block), std::max(1, frame.height / block), {}};
  out.pixels.reserve(static_cast<std::size_t>(out.width) * static_cast<std::size_t>(out.height));
  // Every row of a large block says little more than every second one.
  const int step = block > 2 ? 2 : 1;
  const auto& luma = frame.luma();
  for (int y = 0; y < out.height; ++y) {
    for (int x = 0; x < out.width; ++x) {
      int sum = 0, count = 0;
      for (int dy = 0; dy < block && y * block + dy < frame.height; dy += step) {
        const auto* row = luma.data + static_cast<std::ptrdiff_t>(y * block + dy) * luma.stride + x * block;
        for (int dx = 0; dx < block && x * block + dx < frame.width; ++dx, ++count) sum += row[dx];
      }
      int value = sum / std::max(1, count);
      if (!frame.full_range) value = std::clamp((value - 16) * 255 / 219, 0, 255);
      out.pixels.push_back(value);
    }
  }
  return out;
}

void fill_grid(const Small& small, Look& out) {
  for (int row = 0; row < Look::kRows; ++row) {
    const int top = row * small.height / Look::kRows;
    const int bottom = std::max(top + 1, (row + 1) * small.height / Look::kRows);
    for (int column = 0; column < Look::kColumns; ++column) {
      const int left = column * small.width / Look::kColumns;
      const int right = std::max(left + 1, (column + 1) * small.width / Look::kColumns);
      int sum = 0, count = 0;
      for (int y = top; y < std::min(bottom, small.height); ++y) {
        for (int x = left; x < std::min(right, small.width); ++x, ++count) sum += small.at(x, y);
      }
      out.grid[static_cast<std::size_t>(row * Look::kColumns + column)] =
          static_cast<std::uint8_t>(count > 0 ? sum / count : 0);
    }
  }
}

double sharpness_of(const Small& small) {
  double sum = 0;
  int count = 0;
  for (int y = 1; y + 1 < small.height; ++y) {
    for (int x = 1; x + 1 < small.width; ++x, ++count) {
      const int edge =
          4 * small.at(x, y) - small.at(x - 1, y) - small.at(x + 1, y) - small.at(x, y - 1) - small.at(x, y + 1);
      sum += static_cast<double>(edge) * edge;
    }
  }
  return count > 0 ? sum / count : 0;
}

}  // namespace

Look look_at(const media::Frame& frame) {
  Look out;
  const auto small = shrunk(frame);
  double sum = 0, squares = 0;
  for (const int value : small.pixels) {
    sum += value;
    squares += static_cast<double>(value) * value;
    out.histogram[static_cast<std::size_t>(value / 4)] += 1;
  }
  const auto count = static_cast<double>(small.pixels.size());
  for (auto& share : out.histogram) share = static_cast<float>(share / count);
  out.brightness = sum / count;
  out.contrast = std::sqrt(std::max(0.0, squares / count - out.brightness * out.brightness));
  out.sharpness = sharpness_of(small);
  fill_grid(small, out);
  return out;
}

double Look::score() const {
  if (is_blank()) return 0;
  // Neither night nor a lamp in the lens; beyond some contrast and sharpness more of it is noise.
  const double light = std::clamp(std::min(brightness / 60, (255 - brightness) / 60), 0.05, 1.0);
  return light * std::min(contrast, 64.0) / 64 * std::log1p(std::min(sharpness, 4000.0));
}

double difference(const Look& a, const Look& b) {
  double moved = 0, other = 0;
  for (std::size_t i = 0; i < a.grid.size(); ++i) moved += std::abs(a.grid[i] - b.grid[i]);
  for (std::size_t i = 0; i < a.histogram.size(); ++i) other += std::abs(a.histogram[i] - b.histogram[i]);
  moved /= static_cast<double>(a.grid.size()) * 255;
  other /= 2;
  // A lamp that goes on changes one of the two, somebody who walks by little of either.
  return std::min(1.0, 0.5 * other + 2.0 * moved * 0.5 + std::min(other, moved * 4) * 0.25);
}

}  // namespace vigil::extract
