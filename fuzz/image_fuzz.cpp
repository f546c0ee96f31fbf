#include <cstddef>
#include <cstdint>
#include <cstdlib>

#include "media/image.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace vigil::media;
  auto info = inspect_image({data, size});
  // Larger ones only cost time here.
  if (!info.ok() || static_cast<std::int64_t>(info->width) * info->height > (1 << 16)) return 0;
  auto frame = decode_image({data, size});
  if (!frame.ok()) return 0;
  const auto& picture = **frame;
  if (picture.width != info->width || picture.height != info->height) std::abort();
  volatile unsigned sum = 0;
  for (const auto& plane : picture.planes) {
    for (int y = 0; y < plane.height; ++y)
      sum = sum + plane.data[static_cast<std::ptrdiff_t>(y) * plane.stride + plane.width - 1];
  }
  auto jpeg = encode_jpeg(picture, {.max_width = 100, .quality = 50});
  if (!jpeg.ok() || !inspect_image(*jpeg).ok()) std::abort();
  return 0;
}
