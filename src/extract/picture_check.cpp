#include "extract/picture_check.h"

#include <algorithm>
#include <string_view>

#include "media/image.h"
#include "sandbox/reading.h"

namespace vigil::extract {

Result<void> check_picture(const PictureHead& picture, PictureFormat frames) {
  const auto& note = picture.note;
  if (note.kind == PictureKind::Preview) {
    constexpr std::string_view kType = "ftyp";
    if (picture.bytes.size() < 12 || !std::equal(kType.begin(), kType.end(), picture.bytes.begin() + 4)) {
      return sandbox::nonsense("a preview that is no MP4");
    }
    return {};
  }
  const auto info = media::inspect_image(picture.bytes);
  if (!info) return sandbox::nonsense("a picture that is none");
  const bool png = note.kind == PictureKind::Frame && frames == PictureFormat::Png;
  if (info->codec != (png ? media::Codec::Png : media::Codec::Mjpeg) || info->width != note.width ||
      info->height != note.height) {
    return sandbox::nonsense("a picture that is another");
  }
  return {};
}

}  // namespace vigil::extract
