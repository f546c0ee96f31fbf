#include "extract/encode.h"

#include "media/image.h"

namespace vigil::extract {

Result<Encoded> encode(const media::Frame& frame, const Request& request) {
  Encoded out;
  if (request.format == PictureFormat::Jpeg) {
    VIGIL_ASSIGN(out.bytes, media::encode_jpeg(frame, {request.max_width, request.max_height, request.quality}));
  } else {
    VIGIL_ASSIGN(out.bytes, media::encode_png(frame, {request.max_width, request.max_height}));
  }
  if (out.bytes.size() > kMostPictureBytes) {
    return make_error(ErrorKind::PayloadTooLarge, "A picture has more than 60 MiB: ask for smaller ones, or for JPEG.",
                      "extract.picture");
  }
  VIGIL_ASSIGN(const auto info, media::inspect_image(out.bytes));
  out.width = info.width;
  out.height = info.height;
  return out;
}

}  // namespace vigil::extract
