#include "media/planes.h"

#include <algorithm>
#include <cmath>
#include <cstring>

namespace vigil::media {
namespace {

constexpr int kAlign = 32;

int even(int value) {
  return value + (value & 1);
}

// `to` = (from - Zero) * Scale / 128 + Offset, rounded and clipped. Blocks of a known length, so that the compiler uses
// vectors.
template <int Zero, int Scale, int Offset>
void stretch_row(const std::uint8_t* from, std::uint8_t* to, int width) {
  auto one = [](std::uint8_t value) {
    int wide = ((value - Zero) * Scale + Offset * 128 + 64) >> 7;
    return static_cast<std::uint8_t>(std::clamp(wide, 0, 255));
  };
  int x = 0;
  for (; x + 32 <= width; x += 32) {
    for (int i = 0; i < 32; ++i) to[x + i] = one(from[x + i]);
  }
  for (; x < width; ++x) to[x] = one(from[x]);
}

void widen_luma(const std::uint8_t* from, std::uint8_t* to, int width) {
  stretch_row<16, 149, 0>(from, to, width);  // 255 / 219 = 149.04 / 128
}

void widen_chroma(const std::uint8_t* from, std::uint8_t* to, int width) {
  stretch_row<128, 146, 128>(from, to, width);  // 255 / 224 = 145.7 / 128
}

}  // namespace

ChromaShift chroma_shift(PixelFormat format) {
  switch (format) {
    case PixelFormat::I420:
      return {1, 1};
    case PixelFormat::I422:
      return {1, 0};
    case PixelFormat::I444:
    case PixelFormat::Gray:
      return {0, 0};
  }
  return {0, 0};
}

int plane_count(PixelFormat format) {
  return format == PixelFormat::Gray ? 1 : 3;
}

Canvas make_canvas(PixelFormat format, int width, int height) {
  Canvas canvas;
  canvas.frame = std::make_shared<Frame>();
  auto& frame = *canvas.frame;
  frame.format = format;
  frame.width = width;
  frame.height = height;
  const auto shift = chroma_shift(format);
  std::array<std::size_t, 3> offsets{};
  std::size_t total = 0;
  for (std::size_t i = 0; i < static_cast<std::size_t>(plane_count(format)); ++i) {
    auto& plane = frame.planes[i];
    plane.width = i == 0 ? width : (width + shift.x) >> shift.x;
    plane.height = i == 0 ? height : (height + shift.y) >> shift.y;
    plane.stride = (even(plane.width) + kAlign - 1) / kAlign * kAlign;
    offsets[i] = total;
    total += static_cast<std::size_t>(plane.stride) * static_cast<std::size_t>(even(plane.height));
  }
  // Not value-initialised: every sample is about to be written.
  auto memory = std::shared_ptr<std::uint8_t[]>(new std::uint8_t[total]);
  for (std::size_t i = 0; i < static_cast<std::size_t>(plane_count(format)); ++i) {
    canvas.rows[i] = memory.get() + offsets[i];
    frame.planes[i].data = canvas.rows[i];
  }
  frame.owner = std::move(memory);
  frame.bytes = total;
  return canvas;
}

Size fitted(int width, int height, int max_width, int max_height) {
  double scale = 1;
  if (max_width > 0) scale = std::min(scale, static_cast<double>(max_width) / width);
  if (max_height > 0) scale = std::min(scale, static_cast<double>(max_height) / height);
  if (scale >= 1) return {width, height};
  auto shrink = [&](int side) { return std::max(1, static_cast<int>(std::lround(side * scale))); };
  return {shrink(width), shrink(height)};
}

void pad_edges(Canvas& canvas) {
  for (std::size_t i = 0; i < static_cast<std::size_t>(plane_count(canvas.frame->format)); ++i) {
    const auto& plane = canvas.frame->planes[i];
    auto* data = canvas.rows[i];
    const auto stride = static_cast<std::ptrdiff_t>(plane.stride);
    if (plane.width != even(plane.width)) {
      for (int y = 0; y < plane.height; ++y) data[y * stride + plane.width] = data[y * stride + plane.width - 1];
    }
    if (plane.height != even(plane.height)) {
      std::memcpy(data + plane.height * stride, data + (plane.height - 1) * stride,
                  static_cast<std::size_t>(even(plane.width)));
    }
  }
}

void copy_planes(const Frame& from, bool widen, Canvas& to) {
  for (std::size_t i = 0; i < static_cast<std::size_t>(plane_count(from.format)); ++i) {
    const auto& source = from.planes[i];
    const auto& target = to.frame->planes[i];
    for (int y = 0; y < source.height; ++y) {
      const auto* in = source.data + static_cast<std::ptrdiff_t>(y) * source.stride;
      auto* out = to.rows[i] + static_cast<std::ptrdiff_t>(y) * target.stride;
      if (!widen) {
        std::memcpy(out, in, static_cast<std::size_t>(source.width));
      } else if (i == 0) {
        widen_luma(in, out, source.width);
      } else {
        widen_chroma(in, out, source.width);
      }
    }
  }
}

}  // namespace vigil::media
