#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>

#include "base/clock.h"

namespace vigil::media {

enum class PixelFormat { I420, I422, I444, Gray };  // planar, 8 bits; sub-sampled chroma planes round up

struct Plane {
  const std::uint8_t* data = nullptr;
  int stride = 0;  // bytes from one row to the next
  int width = 0;   // samples
  int height = 0;
};

// One decoded picture, planar as the decoder made it. Immutable once shared. No conversion until someone needs one:
// plane 0 is luma and is all that motion detection looks at.
struct Frame {
  std::uint64_t sequence = 0;  // of the packet it was decoded from
  Ticks pts{0};
  WallTime captured;  // receive time of that packet
  PixelFormat format = PixelFormat::I420;
  bool full_range = false;  // luma 0..255 (JPEG) instead of 16..235
  int width = 0;
  int height = 0;
  std::array<Plane, 3> planes{};      // Gray: only the first
  std::shared_ptr<const void> owner;  // keeps the planes alive
  std::size_t bytes = 0;              // memory that `owner` holds

  const Plane& luma() const { return planes[0]; }
};

using FramePtr = std::shared_ptr<const Frame>;

}  // namespace vigil::media
