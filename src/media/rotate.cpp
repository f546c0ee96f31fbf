#include "media/rotate.h"

#include <algorithm>

#include "media/planes.h"

namespace vigil::media {
namespace {

void turn(const Plane& from, std::uint8_t* to, int stride, int width, int height, int quarters) {
  // A plane with fewer rows or columns than the target's turned size (I422) is sampled.
  const int across = quarters % 2 == 0 ? width : height, down = quarters % 2 == 0 ? height : width;
  for (int y = 0; y < height; ++y) {
    for (int x = 0; x < width; ++x) {
      int u = quarters == 1 ? y : quarters == 2 ? width - 1 - x : height - 1 - y;
      int v = quarters == 1 ? width - 1 - x : quarters == 2 ? height - 1 - y : x;
      if (across != from.width) u = std::min(from.width - 1, u * from.width / across);
      if (down != from.height) v = std::min(from.height - 1, v * from.height / down);
      to[static_cast<std::ptrdiff_t>(y) * stride + x] = from.data[static_cast<std::ptrdiff_t>(v) * from.stride + u];
    }
  }
}

}  // namespace

FramePtr rotate(FramePtr frame, int quarters) {
  quarters = ((quarters % 4) + 4) % 4;
  if (quarters == 0) return frame;
  const bool lies = quarters % 2 != 0;
  const auto format = frame->format == PixelFormat::I422 ? PixelFormat::I420 : frame->format;
  auto canvas = make_canvas(format, lies ? frame->height : frame->width, lies ? frame->width : frame->height);
  for (std::size_t i = 0; i < static_cast<std::size_t>(plane_count(format)); ++i) {
    const auto& plane = canvas.frame->planes[i];
    turn(frame->planes[i], canvas.rows[i], plane.stride, plane.width, plane.height, quarters);
  }
  pad_edges(canvas);
  canvas.frame->sequence = frame->sequence;
  canvas.frame->pts = frame->pts;
  canvas.frame->captured = frame->captured;
  canvas.frame->full_range = frame->full_range;
  return canvas.frame;
}

}  // namespace vigil::media
