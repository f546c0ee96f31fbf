#include "media/codec.h"

namespace vigil::media {

bool is_still(Codec codec) {
  return codec == Codec::Mjpeg || codec == Codec::Png;
}

const char* codec_name(Codec codec) {
  switch (codec) {
    case Codec::H264:
      return "h264";
    case Codec::H265:
      return "h265";
    case Codec::Mjpeg:
      return "mjpeg";
    case Codec::Png:
      return "png";
    case Codec::Mpeg4:
      return "mpeg4";
    case Codec::Aac:
      return "aac";
    case Codec::Opus:
      return "opus";
    case Codec::Flac:
      return "flac";
    case Codec::Pcmu:
      return "pcmu";
    case Codec::Pcma:
      return "pcma";
    case Codec::Mp3:
      return "mp3";
    case Codec::Other:
      return "other";
  }
  return "other";
}

}  // namespace vigil::media
