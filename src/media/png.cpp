#include "media/png.h"

#include <png.h>

#include <algorithm>
#include <memory>
#include <string>
#include <vector>

#include "media/ffmpeg/convert.h"
#include "media/planes.h"

namespace vigil::media {
namespace {

// The simplified interface of libpng: errors come back as values, chunks that only carry text are passed over unread.
struct PngImage {
  png_image image{};
  PngImage() { image.version = PNG_IMAGE_VERSION; }
  ~PngImage() { png_image_free(&image); }
  PngImage(const PngImage&) = delete;
  PngImage& operator=(const PngImage&) = delete;
};

Error corrupt(const png_image& image) {
  return make_error(ErrorKind::InvalidArgument, std::string("the PNG picture is corrupt or cut off: ") + image.message,
                    "image.corrupt");
}

}  // namespace

Result<FramePtr> decode_png(std::span<const std::uint8_t> bytes, const ImageInfo& info) {
  PngImage png;
  auto& image = png.image;
  if (png_image_begin_read_from_memory(&image, bytes.data(), bytes.size()) == 0) return corrupt(image);
  if (image.width != static_cast<png_uint_32>(info.width) || image.height != static_cast<png_uint_32>(info.height)) {
    return make_error(ErrorKind::InvalidArgument, "the PNG picture contradicts its own header", "image.corrupt");
  }
  if ((image.format & PNG_FORMAT_FLAG_COLOR) == 0) {
    image.format = PNG_FORMAT_GRAY;
    auto canvas = make_canvas(PixelFormat::Gray, info.width, info.height);
    canvas.frame->full_range = true;
    // Transparent pixels are laid over what is there.
    std::fill_n(canvas.rows[0], canvas.frame->bytes, std::uint8_t{0});
    if (png_image_finish_read(&image, nullptr, canvas.rows[0], canvas.frame->planes[0].stride, nullptr) == 0)
      return corrupt(image);
    return FramePtr(canvas.frame);
  }
  image.format = PNG_FORMAT_RGB;
  std::vector<std::uint8_t> rgb(PNG_IMAGE_SIZE(image));
  if (png_image_finish_read(&image, nullptr, rgb.data(), 0, nullptr) == 0) return corrupt(image);
  VIGIL_ASSIGN(auto canvas, ffmpeg::from_rgb(rgb.data(), info.width, info.height));
  return FramePtr(canvas.frame);
}

}  // namespace vigil::media
