#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "base/result.h"
#include "media/codec.h"
#include "media/frame.h"

// Still pictures: JPEG out of frames, and JPEG or PNG that a camera or a program handed in.

namespace vigil::media {

struct JpegOptions {
  int max_width = 0;  // 0 = as it is; the picture is only ever made smaller, its aspect is kept
  int max_height = 0;
  int quality = 85;  // 1..100
};

// Encodes straight from the YUV planes (libjpeg-turbo). Thread-safe.
Result<std::vector<std::uint8_t>> encode_jpeg(const Frame& frame, const JpegOptions& options = {});

struct PngOptions {
  int max_width = 0, max_height = 0;  // as of JpegOptions
};

// Without loss but for the conversion to RGB. Thread-safe.
Result<std::vector<std::uint8_t>> encode_png(const Frame& frame, const PngOptions& options = {});

struct ImageInfo {
  Codec codec = Codec::Mjpeg;  // Mjpeg (a JPEG picture) or Png
  int width = 0;
  int height = 0;
};

constexpr std::int64_t kMaxPixels = 64LL << 20;

// Looks at the header only, by content and not by name: UnsupportedMedia when it is neither JPEG nor PNG,
// InvalidArgument when the header is broken or the picture has more than kMaxPixels. Costs no memory that depends on
// the picture's size.
Result<ImageInfo> inspect_image(std::span<const std::uint8_t> bytes);

// Decodes a whole picture; InvalidArgument when it is truncated or corrupt.
Result<FramePtr> decode_image(std::span<const std::uint8_t> bytes);

}  // namespace vigil::media
