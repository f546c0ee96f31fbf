#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <vector>

#include "media/frame.h"

// Pictures in memory of our own, still open for writing. Private to this module.

namespace vigil::media {

struct ChromaShift {
  int x = 0, y = 0;
};
ChromaShift chroma_shift(PixelFormat format);
int plane_count(PixelFormat format);  // 1 or 3

struct Canvas {
  std::shared_ptr<Frame> frame;
  std::array<std::uint8_t*, 3> rows{};  // the planes of `frame`, writable
};

// Planes whose strides and row counts are padded to an even number of samples, as the JPEG library wants them; the
// padding is uninitialised until pad_edges().
Canvas make_canvas(PixelFormat format, int width, int height);

struct Size {
  int width = 0, height = 0;
};
// Made smaller, if need be, to have at most so many pixels in a row and column (0: any number); the aspect is kept.
Size fitted(int width, int height, int max_width, int max_height);

// Repeats the last column and row into the padding.
void pad_edges(Canvas& canvas);

// Copies the planes of `from` (same format and size); widens luma from 16..235 and chroma from 16..240 to 0..255 where
// `widen`.
void copy_planes(const Frame& from, bool widen, Canvas& to);

}  // namespace vigil::media
