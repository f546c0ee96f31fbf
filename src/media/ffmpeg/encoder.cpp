#include "media/encoder.h"

#include <fmt/format.h>

#include <cmath>
#include <string>
#include <utility>

#include "media/access_unit.h"
#include "media/ffmpeg/av.h"

extern "C" {
#include <libavutil/imgutils.h>
#include <libavutil/opt.h>
}

namespace vigil::media {
namespace {

using namespace ffmpeg;

// A key frame only when it is asked for: a simulated camera decides about its GOPs by itself.
constexpr int kNeverByItself = 1 << 24;

class FfmpegEncoder final : public Encoder {
 public:
  FfmpegEncoder(AvCodecContext context, CodecParams params)
      : context_(std::move(context)), normaliser_(std::move(params)) {}

  Result<std::vector<Packet>> encode(const Frame& frame, bool key) override {
    if (frame.format != PixelFormat::I420 || frame.width != context_->width || frame.height != context_->height) {
      return make_error(ErrorKind::InvalidArgument, "encode: the frame is not I420 of the configured size");
    }
    AvFrame picture(av_frame_alloc());
    if (!picture) return make_error(ErrorKind::ResourceExhausted, "encode: out of memory");
    picture->format = AV_PIX_FMT_YUV420P;
    picture->width = frame.width;
    picture->height = frame.height;
    picture->pts = frame.pts.count();
    picture->pict_type = key || first_ ? AV_PICTURE_TYPE_I : AV_PICTURE_TYPE_NONE;
    first_ = false;
    if (int code = av_frame_get_buffer(picture.get(), 0); code < 0) return failed(code);
    for (std::size_t i = 0; i < 3; ++i) {
      const auto& plane = frame.planes[i];
      av_image_copy_plane(picture->data[i], picture->linesize[i], plane.data, plane.stride, plane.width, plane.height);
    }
    captured_ = frame.captured;
    if (int code = avcodec_send_frame(context_.get(), picture.get()); code < 0) return failed(code);
    return receive();
  }

  Result<std::vector<Packet>> flush() override {
    if (int code = avcodec_send_frame(context_.get(), nullptr); code < 0 && code != AVERROR_EOF) return failed(code);
    return receive();
  }

 private:
  static Error failed(int code) { return make_error(ErrorKind::Internal, "encode: " + error_text(code)); }

  Result<std::vector<Packet>> receive() {
    std::vector<Packet> out;
    AvPacket unit(av_packet_alloc());
    for (;;) {
      int code = avcodec_receive_packet(context_.get(), unit.get());
      if (code == AVERROR(EAGAIN) || code == AVERROR_EOF) return out;
      if (code < 0) return failed(code);
      VIGIL_ASSIGN(auto normal, normaliser_.push({unit->data, static_cast<std::size_t>(unit->size)}));
      if (normal.data.empty() || !normal.params) continue;
      Packet packet;
      packet.pts = packet.dts = Ticks(unit->pts);
      packet.received = captured_;
      packet.key = normal.key;
      packet.params = std::move(normal.params);
      packet.data = SharedBytes(std::move(normal.data));
      out.push_back(std::move(packet));
      av_packet_unref(unit.get());
    }
  }

  AvCodecContext context_;
  AccessUnitNormaliser normaliser_;
  WallTime captured_;
  bool first_ = true;
};

void set_private_options(void* codec, const EncoderOptions& options) {
  // libx264 and libx265 share these names; one that a build lacks is not worth failing for.
  av_opt_set(codec, "preset", options.realtime ? "ultrafast" : "veryfast", 0);
  av_opt_set(codec, "tune", "zerolatency", 0);
  av_opt_set_int(codec, "forced-idr", 1, 0);
  if (options.bitrate_kbps == 0) av_opt_set(codec, "crf", options.realtime ? "26" : "24", 0);
  av_opt_set(codec, "x264-params", "scenecut=0:bframes=0:sliced-threads=0", 0);
  av_opt_set(codec, "x265-params", "log-level=none:scenecut=0:bframes=0:repeat-headers=1:pools=none:frame-threads=1",
             0);
}

}  // namespace

Result<std::unique_ptr<Encoder>> make_encoder(const EncoderOptions& options) {
  route_log();
  const bool h264 = options.codec == Codec::H264;
  if (!h264 && options.codec != Codec::H265) {
    return make_error(ErrorKind::InvalidArgument, "encoder: only h264 and h265 can be made");
  }
  auto side = [](int length) { return length >= 16 && length <= 8192 && length % 2 == 0; };
  if (!side(options.width) || !side(options.height) || !(options.fps > 0 && options.fps <= 240) ||
      options.bitrate_kbps < 0 || options.bitrate_kbps > 200000) {
    return make_error(
        ErrorKind::InvalidArgument,
        "encoder: width and height must be even, 16 to 8192, the rate at most 240 pictures and 200 Mbit a "
        "second");
  }
  const auto* codec = avcodec_find_encoder_by_name(h264 ? "libx264" : "libx265");
  if (codec == nullptr) {
    return make_error(ErrorKind::Unavailable,
                      fmt::format("encoder: this libavcodec has no {}", h264 ? "libx264" : "libx265"));
  }
  AvCodecContext context(avcodec_alloc_context3(codec));
  if (!context) return make_error(ErrorKind::ResourceExhausted, "encoder: out of memory");
  context->width = options.width;
  context->height = options.height;
  context->pix_fmt = AV_PIX_FMT_YUV420P;
  context->time_base = {1, 90000};
  context->framerate = {static_cast<int>(std::lround(options.fps * 1000)), 1000};
  context->gop_size = kNeverByItself;
  context->max_b_frames = 0;
  context->thread_count = 1;
  if (options.bitrate_kbps > 0) {
    context->bit_rate = options.bitrate_kbps * 1000LL;
    context->rc_max_rate = context->bit_rate;
    context->rc_buffer_size = options.bitrate_kbps * 1000;  // a second
  }
  set_private_options(context->priv_data, options);
  if (int code = avcodec_open2(context.get(), codec, nullptr); code < 0) {
    return make_error(ErrorKind::Internal, "encoder: " + error_text(code));
  }
  CodecParams params;
  params.codec = options.codec;
  return std::unique_ptr<Encoder>(std::make_unique<FfmpegEncoder>(std::move(context), std::move(params)));
}

}  // namespace vigil::media
