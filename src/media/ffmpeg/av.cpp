#include "media/ffmpeg/av.h"

#include <array>
#include <atomic>
#include <cstdarg>
#include <cstdio>
#include <cstring>
#include <mutex>
#include <string_view>

#include "base/clock.h"
#include "base/log.h"
#include "base/redact.h"

extern "C" {
#include <libavutil/error.h>
#include <libavutil/log.h>
}

namespace vigil::media::ffmpeg {
namespace {

constexpr int kLinesPerSecond = 20;

// A broken stream makes libav complain with every packet, of every camera.
bool may_log() {
  static std::atomic<std::int64_t> second{0};
  static std::atomic<int> lines{0};
  auto now = std::chrono::duration_cast<std::chrono::seconds>(system_clock().steady().time_since_epoch()).count();
  if (second.exchange(now, std::memory_order_relaxed) != now) lines.store(0, std::memory_order_relaxed);
  return lines.fetch_add(1, std::memory_order_relaxed) < kLinesPerSecond;
}

LastError& held_error() {
  thread_local LastError held;
  return held;
}

void on_log(void* object, int level, const char* format, va_list arguments) {
  if (level > AV_LOG_WARNING) return;
  const bool log_it = may_log();
  if (level > AV_LOG_ERROR && !log_it) return;
  std::array<char, 1024> text{};
  std::vsnprintf(text.data(), text.size(), format, arguments);
  std::string_view line(text.data());
  while (!line.empty() && (line.back() == '\n' || line.back() == '\r')) line.remove_suffix(1);
  if (line.empty()) return;
  const auto* type = object != nullptr ? *static_cast<AVClass**>(object) : nullptr;
  std::string part = type != nullptr ? type->item_name(object) : "";
  auto shown = redact(line);
  if (log_it) log::debug(shown, {{"library", "libav"}, {"part", part}});
  if (level <= AV_LOG_ERROR) held_error() = {std::move(part), std::move(shown)};
}

}  // namespace

std::string error_text(int code) {
  std::array<char, AV_ERROR_MAX_STRING_SIZE> text{};
  av_strerror(code, text.data(), text.size());
  return text.data();
}

Result<AvCodecContext> new_decoder(const CodecParams& params) {
  const auto* codec = avcodec_find_decoder(to_av(params.codec));
  if (codec == nullptr) {
    return make_error(ErrorKind::InvalidArgument,
                      std::string("libavcodec has no decoder for ") + codec_name(params.codec));
  }
  AvCodecContext context(avcodec_alloc_context3(codec));
  if (!context) return make_error(ErrorKind::ResourceExhausted, "no memory for a decoder");
  context->thread_count = 1;
  if (!params.extradata.empty()) {
    context->extradata = static_cast<std::uint8_t*>(av_mallocz(params.extradata.size() + AV_INPUT_BUFFER_PADDING_SIZE));
    if (context->extradata == nullptr) return make_error(ErrorKind::ResourceExhausted, "no memory for a decoder");
    std::memcpy(context->extradata, params.extradata.data(), params.extradata.size());
    context->extradata_size = static_cast<int>(params.extradata.size());
  }
  return context;
}

AVCodecID to_av(Codec codec) {
  switch (codec) {
    case Codec::H264:
      return AV_CODEC_ID_H264;
    case Codec::H265:
      return AV_CODEC_ID_HEVC;
    case Codec::Mjpeg:
      return AV_CODEC_ID_MJPEG;
    case Codec::Png:
      return AV_CODEC_ID_PNG;
    case Codec::Mpeg4:
      return AV_CODEC_ID_MPEG4;
    case Codec::Aac:
      return AV_CODEC_ID_AAC;
    case Codec::Opus:
      return AV_CODEC_ID_OPUS;
    case Codec::Flac:
      return AV_CODEC_ID_FLAC;
    case Codec::Pcmu:
      return AV_CODEC_ID_PCM_MULAW;
    case Codec::Pcma:
      return AV_CODEC_ID_PCM_ALAW;
    case Codec::Mp3:
      return AV_CODEC_ID_MP3;
    case Codec::Other:
      return AV_CODEC_ID_NONE;
  }
  return AV_CODEC_ID_NONE;
}

Codec from_av(AVCodecID id) {
  switch (id) {
    case AV_CODEC_ID_H264:
      return Codec::H264;
    case AV_CODEC_ID_HEVC:
      return Codec::H265;
    case AV_CODEC_ID_MJPEG:
      return Codec::Mjpeg;
    case AV_CODEC_ID_PNG:
      return Codec::Png;
    case AV_CODEC_ID_MPEG4:
      return Codec::Mpeg4;
    case AV_CODEC_ID_AAC:
      return Codec::Aac;
    case AV_CODEC_ID_OPUS:
      return Codec::Opus;
    case AV_CODEC_ID_FLAC:
      return Codec::Flac;
    case AV_CODEC_ID_PCM_MULAW:
      return Codec::Pcmu;
    case AV_CODEC_ID_PCM_ALAW:
      return Codec::Pcma;
    case AV_CODEC_ID_MP3:
      return Codec::Mp3;
    default:
      return Codec::Other;
  }
}

LastError last_error() {
  return held_error();
}
void forget_last_error() {
  held_error() = {};
}

void route_log() {
  static std::once_flag once;
  std::call_once(once, [] { av_log_set_callback(&on_log); });
}

}  // namespace vigil::media::ffmpeg
