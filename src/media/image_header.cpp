#include <algorithm>
#include <array>
#include <optional>

#include "media/image.h"

// Sizes of JPEG and PNG pictures out of their headers (ITU-T T.81, B.1; W3C PNG, 5 and 11.2.2), before any decoder sees
// them.

namespace vigil::media {
namespace {

using Bytes = std::span<const std::uint8_t>;

constexpr std::array<std::uint8_t, 8> kPngSignature = {0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n'};

std::uint32_t be16(Bytes bytes, std::size_t at) {
  return static_cast<std::uint32_t>(bytes[at] << 8 | bytes[at + 1]);
}
std::uint32_t be32(Bytes bytes, std::size_t at) {
  return be16(bytes, at) << 16 | be16(bytes, at + 2);
}

Error broken(const char* what) {
  return make_error(ErrorKind::InvalidArgument, what, "image.corrupt");
}

Result<ImageInfo> checked(Codec codec, std::uint32_t width, std::uint32_t height) {
  if (width == 0 || height == 0) return broken("the picture has no size");
  if (static_cast<std::uint64_t>(width) * height > static_cast<std::uint64_t>(kMaxPixels)) {
    return make_error(ErrorKind::InvalidArgument,
                      "the picture is " + std::to_string(width) + " x " + std::to_string(height) +
                          " pixels; at most 64 megapixels are taken",
                      "image.too_large");
  }
  return ImageInfo{codec, static_cast<int>(width), static_cast<int>(height)};
}

Result<ImageInfo> inspect_png(Bytes bytes) {
  constexpr std::array<std::uint8_t, 8> kHeaderChunk = {0, 0, 0, 13, 'I', 'H', 'D', 'R'};
  if (bytes.size() < 33) return broken("the PNG picture ends inside its header");
  if (!std::equal(kHeaderChunk.begin(), kHeaderChunk.end(), bytes.begin() + 8))
    return broken("the PNG picture has no header");
  if (be32(bytes, 16) > 0x7fffffff || be32(bytes, 20) > 0x7fffffff)
    return broken("the PNG picture has an impossible size");
  return checked(Codec::Png, be32(bytes, 16), be32(bytes, 20));
}

bool is_frame_header(int marker) {
  // SOF0 to SOF15 without DHT, JPG and DAC.
  return marker >= 0xc0 && marker <= 0xcf && marker != 0xc4 && marker != 0xc8 && marker != 0xcc;
}

Result<ImageInfo> inspect_jpeg(Bytes bytes) {
  std::size_t at = 2;
  while (at + 4 <= bytes.size()) {
    if (bytes[at] != 0xff) return broken("the JPEG picture has a broken header");
    int marker = bytes[at + 1];
    if (marker == 0xff) {  // fill byte
      ++at;
      continue;
    }
    if (marker == 0x01 || (marker >= 0xd0 && marker <= 0xd8)) {  // no length
      at += 2;
      continue;
    }
    if (marker == 0xd9 || marker == 0xda || marker == 0) return broken("the JPEG picture has no frame header");
    auto length = be16(bytes, at + 2);
    if (length < 2) return broken("the JPEG picture has a broken header");
    if (is_frame_header(marker)) {
      if (length < 8 || at + 9 > bytes.size()) return broken("the JPEG picture ends inside its header");
      return checked(Codec::Mjpeg, be16(bytes, at + 7), be16(bytes, at + 5));
    }
    at += 2 + length;
  }
  return broken("the JPEG picture ends inside its header");
}

}  // namespace

Result<ImageInfo> inspect_image(Bytes bytes) {
  if (bytes.size() >= 8 && std::equal(kPngSignature.begin(), kPngSignature.end(), bytes.begin()))
    return inspect_png(bytes);
  if (bytes.size() >= 3 && bytes[0] == 0xff && bytes[1] == 0xd8 && bytes[2] == 0xff) return inspect_jpeg(bytes);
  return make_error(ErrorKind::UnsupportedMedia, "the picture is neither JPEG nor PNG", "image.type");
}

}  // namespace vigil::media
