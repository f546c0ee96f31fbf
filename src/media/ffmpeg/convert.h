#pragma once

#include <cstdint>
#include <vector>

#include "base/result.h"
#include "media/ffmpeg/av.h"
#include "media/planes.h"

namespace vigil::media::ffmpeg {

// What libav calls this layout; full range is said elsewhere.
AVPixelFormat av_layout(PixelFormat format);

// The picture of `source` as a Frame: without a copy where its layout is one that Frame knows, else converted (10 bits,
// NV12, RGB, …) to the nearest one. Sequence and times are left to the caller. InvalidArgument on layouts that cannot
// be converted.
Result<std::shared_ptr<Frame>> to_frame(AvFrame source);

// Full-range planar I420 out of packed RGB rows.
Result<Canvas> from_rgb(const std::uint8_t* rgb, int width, int height);

// Packed RGB rows of a picture, brought to this size.
Result<std::vector<std::uint8_t>> to_rgb(const Frame& from, int width, int height);

// Fills `to` (same format, any size) from `from`, with an area filter; luma 16..235 becomes 0..255 where `to` says
// full_range and `from` does not.
Result<void> scale_planes(const Frame& from, Canvas& to);

}  // namespace vigil::media::ffmpeg
