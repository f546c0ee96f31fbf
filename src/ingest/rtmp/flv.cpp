#include "ingest/rtmp/flv.h"

#include <fmt/format.h>

namespace vigil::ingest::rtmp {
namespace {

using media::Codec;

constexpr std::uint8_t kEnhanced = 0x80;
constexpr int kCommandFrame = 5;

constexpr std::uint32_t four(const char (&name)[5]) {
  return static_cast<std::uint32_t>(name[0]) << 24 | static_cast<std::uint32_t>(name[1]) << 16 |
         static_cast<std::uint32_t>(name[2]) << 8 | static_cast<std::uint32_t>(name[3]);
}

Error cut_off() {
  return make_error(ErrorKind::DataLoss, "a tag is cut off", "rtmp.tag");
}

Error unread(std::string what) {
  return make_error(ErrorKind::UnsupportedMedia,
                    "the encoder sends " + std::move(what) + "; taken are H.264 and H.265, AAC and G.711",
                    "rtmp.codec");
}

std::uint32_t fourcc(std::span<const std::uint8_t> bytes) {
  return static_cast<std::uint32_t>(bytes[0]) << 24 | static_cast<std::uint32_t>(bytes[1]) << 16 |
         static_cast<std::uint32_t>(bytes[2]) << 8 | bytes[3];
}

std::int32_t signed24(std::span<const std::uint8_t> bytes) {
  const auto value = static_cast<std::uint32_t>(bytes[0]) << 16 | static_cast<std::uint32_t>(bytes[1]) << 8 | bytes[2];
  return static_cast<std::int32_t>(value << 8) >> 8;
}

Result<VideoTag> read_enhanced(std::span<const std::uint8_t> body) {
  enum Packet { kStart = 0, kFrames = 1, kEnd = 2, kFramesAtOnce = 3, kMetadata = 4 };
  if (body.size() < 5) return cut_off();
  VideoTag out;
  const auto name = fourcc(body.subspan(1));
  if (name == four("hvc1")) {
    out.codec = Codec::H265;
  } else if (name != four("avc1")) {
    return unread("video of a codec that is not read here");
  }
  out.payload = body.subspan(5);
  switch (body[0] & 0x0f) {
    case kStart:
      out.content = Content::Config;
      return out;
    case kFrames:
      if (out.payload.size() < 3) return cut_off();
      out.later_ms = signed24(out.payload);
      out.payload = out.payload.subspan(3);
      out.content = Content::Frame;
      return out;
    case kFramesAtOnce:
      out.content = Content::Frame;
      return out;
    case kEnd:
    case kMetadata:
      out.payload = {};
      return out;
    default:
      return unread("video tags that are packed otherwise than one picture each");
  }
}

}  // namespace

Result<VideoTag> read_video_tag(std::span<const std::uint8_t> body) {
  enum Id { kAvc = 7, kHevc = 12 };  // the latter by an agreement of encoders older than Enhanced RTMP
  if (body.empty()) return VideoTag();
  if ((body[0] >> 4 & 7) == kCommandFrame) return VideoTag();
  if ((body[0] & kEnhanced) != 0) return read_enhanced(body);
  const int id = body[0] & 0x0f;
  if (id != kAvc && id != kHevc) return unread(fmt::format("video with the FLV codec number {}", id));
  if (body.size() < 5) return cut_off();
  VideoTag out;
  out.codec = id == kAvc ? Codec::H264 : Codec::H265;
  out.later_ms = signed24(body.subspan(2));
  out.payload = body.subspan(5);
  if (body[1] == 0) out.content = Content::Config;
  if (body[1] == 1) out.content = Content::Frame;
  return out;
}

Result<AudioTag> read_audio_tag(std::span<const std::uint8_t> body) {
  enum Format { kPcma = 7, kPcmu = 8, kEnhancedAudio = 9, kAac = 10 };
  if (body.empty()) return AudioTag();
  AudioTag out;
  const int format = body[0] >> 4;
  if (format == kEnhancedAudio) {
    if (body.size() < 5) return cut_off();
    if (fourcc(body.subspan(1)) != four("mp4a")) return unread("sound of a codec that is not read here");
    out.payload = body.subspan(5);
    if ((body[0] & 0x0f) == 0) out.content = Content::Config;
    if ((body[0] & 0x0f) == 1) out.content = Content::Frame;
    return out;
  }
  if (format == kAac) {
    if (body.size() < 2) return cut_off();
    out.payload = body.subspan(2);
    out.content = body[1] == 0 ? Content::Config : Content::Frame;
    return out;
  }
  if (format != kPcma && format != kPcmu) return unread(fmt::format("sound with the FLV codec number {}", format));
  out.codec = format == kPcma ? Codec::Pcma : Codec::Pcmu;
  out.sample_rate = 8000;
  out.channels = (body[0] & 1) + 1;
  out.payload = body.subspan(1);
  out.content = Content::Frame;
  return out;
}

}  // namespace vigil::ingest::rtmp
