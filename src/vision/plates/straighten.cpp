#include <algorithm>
#include <array>
#include <cmath>
#include <vector>

#include "vision/plates.h"
#include "vision/plates/quad.h"

namespace vigil::vision {
namespace {

constexpr int kMaxWidth = 1024, kMaxHeight = 512;

struct Planes {
  std::array<std::vector<std::uint8_t>, 3> samples;
};

// Where a sample lies in a plane that has `shrink` times fewer samples than the picture; 8 bits of fraction.
std::uint8_t sample(const media::Plane& plane, double x, double y) {
  const auto fx = static_cast<int>(std::lround(std::clamp(x, 0.0, plane.width - 1.0) * 256));
  const auto fy = static_cast<int>(std::lround(std::clamp(y, 0.0, plane.height - 1.0) * 256));
  const int left = fx >> 8, top = fy >> 8, wx = fx & 255, wy = fy & 255;
  const int right = std::min(left + 1, plane.width - 1), below = std::min(top + 1, plane.height - 1);
  const auto* upper = plane.data + static_cast<std::ptrdiff_t>(top) * plane.stride;
  const auto* lower = plane.data + static_cast<std::ptrdiff_t>(below) * plane.stride;
  const int a = upper[left] * (256 - wx) + upper[right] * wx;
  const int b = lower[left] * (256 - wx) + lower[right] * wx;
  return static_cast<std::uint8_t>((a * (256 - wy) + b * wy + 32768) >> 16);
}

}  // namespace

media::FramePtr straighten(const media::Frame& frame, const PlateSpot& spot, int height, double margin) {
  auto corners = plates::widened(spot.corners, margin);
  const double aspect =
      std::clamp(plates::mean_width(corners) / std::max(1.0, plates::mean_height(corners)), 0.5, 12.0);
  height = std::clamp(height, 8, kMaxHeight);
  const int width = std::clamp(static_cast<int>(std::lround(height * aspect)), 8, kMaxWidth);
  const plates::Quad quad(corners);

  auto planes = std::make_shared<Planes>();
  auto out = std::make_shared<media::Frame>();
  out->sequence = frame.sequence;
  out->pts = frame.pts;
  out->captured = frame.captured;
  out->format = frame.format == media::PixelFormat::Gray ? frame.format : media::PixelFormat::I444;
  out->full_range = frame.full_range;
  out->width = width;
  out->height = height;
  const std::size_t count = frame.format == media::PixelFormat::Gray ? 1 : 3;
  const auto size = static_cast<std::size_t>(width) * static_cast<std::size_t>(height);
  for (std::size_t p = 0; p < count; ++p) {
    const auto& from = frame.planes[p];
    const double sx = static_cast<double>(from.width) / frame.width,
                 sy = static_cast<double>(from.height) / frame.height;
    auto& to = planes->samples[p];
    to.resize(size);
    for (int y = 0; y < height; ++y) {
      for (int x = 0; x < width; ++x) {
        const auto at = quad.at((x + 0.5) / width, (y + 0.5) / height);
        to[static_cast<std::size_t>(y) * static_cast<std::size_t>(width) + static_cast<std::size_t>(x)] =
            sample(from, at.x * sx - 0.5, at.y * sy - 0.5);
      }
    }
    out->planes[p] = {to.data(), width, width, height};
  }
  out->bytes = size * count;
  out->owner = std::move(planes);
  return out;
}

}  // namespace vigil::vision
