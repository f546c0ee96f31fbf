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

Result<std::vector<std::uint8_t>> encode_png(const Frame& frame, const PngOptions& options) {
  const auto [width, height] = fitted(frame.width, frame.height, options.max_width, options.max_height);
  if (width <= 0 || height <= 0) return make_error(ErrorKind::InvalidArgument, "a PNG picture has at least one pixel");
  VIGIL_ASSIGN(const auto rgb, ffmpeg::to_rgb(frame, width, height));
  PngImage png;
  auto& image = png.image;
  image.width = static_cast<png_uint_32>(width);
  image.height = static_cast<png_uint_32>(height);
  image.format = PNG_FORMAT_RGB;
  // Quick to write; a little larger than it could be.
  image.flags = PNG_IMAGE_FLAG_FAST;
  std::vector<std::uint8_t> out(PNG_IMAGE_PNG_SIZE_MAX(image));
  png_alloc_size_t size = out.size();
  if (png_image_write_to_memory(&image, out.data(), &size, 0, rgb.data(), 0, nullptr) == 0) {
    return make_error(ErrorKind::Internal, std::string("PNG encoder: ") + image.message);
  }
  out.resize(size);
  return out;
}

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
