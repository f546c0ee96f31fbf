#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <vector>

#include "media/frame.h"

namespace vigil::vision {

// A picture from a function of (plane, x, y) in samples of that plane; I420, full range as a JPEG's.
inline media::Frame drawn(int width, int height, const std::function<int(int, int, int)>& sample,
                          media::PixelFormat format = media::PixelFormat::I420) {
  media::Frame frame;
  frame.width = width;
  frame.height = height;
  frame.format = format;
  frame.full_range = true;
  auto memory = std::make_shared<std::vector<std::uint8_t>>();
  const int sx = format == media::PixelFormat::I420 || format == media::PixelFormat::I422 ? 1 : 0;
  const int sy = format == media::PixelFormat::I420 ? 1 : 0;
  const int planes = format == media::PixelFormat::Gray ? 1 : 3;
  std::vector<std::size_t> begins;
  for (int p = 0; p < planes; ++p) {
    auto& plane = frame.planes[static_cast<std::size_t>(p)];
    plane.width = p == 0 ? width : (width + sx) >> sx;
    plane.height = p == 0 ? height : (height + sy) >> sy;
    plane.stride = plane.width;
    begins.push_back(memory->size());
    for (int y = 0; y < plane.height; ++y) {
      for (int x = 0; x < plane.width; ++x) memory->push_back(static_cast<std::uint8_t>(sample(p, x, y)));
    }
  }
  for (std::size_t p = 0; p < begins.size(); ++p) frame.planes[p].data = memory->data() + begins[p];
  frame.bytes = memory->size();
  frame.owner = memory;
  return frame;
}

inline media::Frame plain(int width, int height, int y, int u, int v) {
  return drawn(width, height, [=](int plane, int, int) { return plane == 0 ? y : plane == 1 ? u : v; });
}

}  // namespace vigil::vision
