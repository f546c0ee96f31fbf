#include "media/sample.h"

#include <algorithm>
#include <cmath>
#include <string>

#include "media/access_unit.h"
#include "media/ffmpeg/av.h"

extern "C" {
#include <libavutil/opt.h>
}

namespace vigil::media {
namespace {

using namespace ffmpeg;

Error failed(const char* what, int code) {
  return make_error(ErrorKind::Unavailable, std::string(what) + ": " + error_text(code));
}

bool is_audio(Codec codec) {
  return codec >= Codec::Aac && codec <= Codec::Pcma;
}

AVPixelFormat pixel_format(const SampleOptions& options) {
  if (options.codec == Codec::Mjpeg) return AV_PIX_FMT_YUVJ420P;
  if (options.codec == Codec::Png) return AV_PIX_FMT_RGB24;
  return options.ten_bit ? AV_PIX_FMT_YUV420P10LE : AV_PIX_FMT_YUV420P;
}

const AVCodec* find_encoder(Codec codec) {
  if (codec == Codec::H264) return avcodec_find_encoder_by_name("libx264");
  if (codec == Codec::H265) return avcodec_find_encoder_by_name("libx265");
  if (codec == Codec::Opus) return avcodec_find_encoder_by_name("libopus");
  return avcodec_find_encoder(to_av(codec));
}

void set_video(AVCodecContext& context, const SampleOptions& options) {
  context.width = options.width;
  context.height = options.height;
  context.pix_fmt = pixel_format(options);
  context.time_base = {1, options.fps};
  context.framerate = {options.fps, 1};
  context.gop_size = options.key_interval;
  context.max_b_frames = options.b_frames;
  context.thread_count = 1;
  if (options.codec == Codec::Mjpeg) context.color_range = AVCOL_RANGE_JPEG;
  if (options.codec == Codec::H264) {
    av_opt_set(context.priv_data, "preset", "ultrafast", 0);
    av_opt_set(context.priv_data, "forced-idr", "1", 0);
    av_opt_set(context.priv_data, "x264-params", "scenecut=0:log=-1:threads=1", 0);
  } else if (options.codec == Codec::H265) {
    auto text = "log-level=none:pools=none:frame-threads=1:scenecut=0:keyint=" + std::to_string(options.key_interval) +
                ":min-keyint=" + std::to_string(options.key_interval) + ":bframes=" + std::to_string(options.b_frames) +
                ":open-gop=0:repeat-headers=" + (options.annexb ? "1" : "0");
    av_opt_set(context.priv_data, "preset", "ultrafast", 0);
    av_opt_set(context.priv_data, "x265-params", text.c_str(), 0);
  }
  bool in_band = options.annexb && (options.codec == Codec::H264 || options.codec == Codec::H265);
  if (!in_band && options.codec != Codec::Mjpeg && options.codec != Codec::Png)
    context.flags |= AV_CODEC_FLAG_GLOBAL_HEADER;
}

void set_audio(AVCodecContext& context, Codec codec) {
  const bool telephone = codec == Codec::Pcmu || codec == Codec::Pcma;
  context.sample_rate = telephone ? 8000 : 48000;
  context.sample_fmt = codec == Codec::Aac ? AV_SAMPLE_FMT_FLTP : AV_SAMPLE_FMT_S16;
  av_channel_layout_default(&context.ch_layout, 1);
  context.time_base = {1, context.sample_rate};
  context.flags |= AV_CODEC_FLAG_GLOBAL_HEADER;
}

// A slanted gradient with a bright square that wanders to the right.
void paint(AVFrame& frame, int index, bool ten_bit) {
  auto luma = [&](int x, int y) {
    int left = index * 8 % std::max(1, frame.width - 32);
    bool inside = x >= left && x < left + 32 && y >= frame.height / 3 && y < frame.height / 3 + 32;
    return inside ? 220 : 40 + (x + y) * 100 / (frame.width + frame.height);
  };
  if (frame.format == AV_PIX_FMT_RGB24) {
    for (int y = 0; y < frame.height; ++y) {
      for (int x = 0; x < frame.width * 3; ++x)
        frame.data[0][y * frame.linesize[0] + x] = static_cast<std::uint8_t>(luma(x / 3, y));
    }
    return;
  }
  for (int plane = 0; plane < 3; ++plane) {
    int shift = plane == 0 ? 0 : 1;
    int width = (frame.width + shift) >> shift, height = (frame.height + shift) >> shift;
    for (int y = 0; y < height; ++y) {
      auto* row = frame.data[plane] + static_cast<std::ptrdiff_t>(y) * frame.linesize[plane];
      for (int x = 0; x < width; ++x) {
        int value = plane == 0 ? luma(x, y) : 128;
        if (ten_bit) {
          reinterpret_cast<std::uint16_t*>(row)[x] = static_cast<std::uint16_t>(value * 4);
        } else {
          row[x] = static_cast<std::uint8_t>(value);
        }
      }
    }
  }
}

void sing(AVFrame& frame, int index, int sample_rate) {
  for (int i = 0; i < frame.nb_samples; ++i) {
    double value = 0.3 * std::sin(2 * 3.14159265 * 440 * (index * frame.nb_samples + i) / sample_rate);
    if (frame.format == AV_SAMPLE_FMT_FLTP) {
      reinterpret_cast<float*>(frame.data[0])[i] = static_cast<float>(value);
    } else {
      reinterpret_cast<std::int16_t*>(frame.data[0])[i] = static_cast<std::int16_t>(value * 32767);
    }
  }
}

Result<AvFrame> make_frame(const AVCodecContext& context, const SampleOptions& options, int index) {
  AvFrame frame(av_frame_alloc());
  bool audio = context.codec_type == AVMEDIA_TYPE_AUDIO;
  if (audio) {
    frame->format = context.sample_fmt;
    frame->nb_samples = context.frame_size > 0 ? context.frame_size : 160;
    av_channel_layout_copy(&frame->ch_layout, &context.ch_layout);
    frame->sample_rate = context.sample_rate;
  } else {
    frame->format = context.pix_fmt;
    frame->width = context.width;
    frame->height = context.height;
  }
  if (int code = av_frame_get_buffer(frame.get(), 0); code < 0) return failed("frame", code);
  if (audio) {
    sing(*frame, index, context.sample_rate);
    frame->pts = static_cast<std::int64_t>(index) * frame->nb_samples;
  } else {
    paint(*frame, index, options.ten_bit);
    frame->pts = index;
    if (index % std::max(1, options.key_interval) == 0) frame->pict_type = AV_PICTURE_TYPE_I;
  }
  return frame;
}

void drain(AVCodecContext& context, Sample& sample) {
  AvPacket packet(av_packet_alloc());
  const AVRational ticks{1, 90000};
  while (avcodec_receive_packet(&context, packet.get()) == 0) {
    SampleUnit unit;
    unit.bytes.assign(packet->data, packet->data + packet->size);
    unit.pts = Ticks(av_rescale_q(packet->pts, context.time_base, ticks));
    unit.dts = Ticks(av_rescale_q(packet->dts, context.time_base, ticks));
    unit.key = (packet->flags & AV_PKT_FLAG_KEY) != 0;
    sample.units.push_back(std::move(unit));
    av_packet_unref(packet.get());
  }
}

// The encoders write byte streams; files hold lengths.
Result<void> to_length_prefixed(Sample& sample) {
  AccessUnitNormaliser normaliser(sample.params);
  for (auto& unit : sample.units) {
    VIGIL_ASSIGN(auto out, normaliser.push(unit.bytes));
    unit.bytes = std::move(out.data);
  }
  if (normaliser.params()) sample.params = *normaliser.params();
  return {};
}

}  // namespace

Result<Sample> encode_sample(const SampleOptions& options) {
  route_log();
  const auto* codec = find_encoder(options.codec);
  if (codec == nullptr)
    return make_error(ErrorKind::Unavailable, std::string("no encoder for ") + codec_name(options.codec));
  AvCodecContext context(avcodec_alloc_context3(codec));
  const bool audio = is_audio(options.codec);
  if (audio) {
    set_audio(*context, options.codec);
  } else {
    set_video(*context, options);
  }
  if (int code = avcodec_open2(context.get(), codec, nullptr); code < 0) return failed("open encoder", code);

  Sample sample;
  sample.params.kind = audio ? TrackKind::Audio : TrackKind::Video;
  sample.params.codec = options.codec;
  if (audio) {
    sample.params.sample_rate = context->sample_rate;
    sample.params.channels = 1;
  } else {
    sample.params.width = options.width;
    sample.params.height = options.height;
  }
  if (context->extradata_size > 0) {
    sample.params.extradata.assign(context->extradata, context->extradata + context->extradata_size);
  }
  for (int i = 0; i < options.frames; ++i) {
    VIGIL_ASSIGN(auto frame, make_frame(*context, options, i));
    if (int code = avcodec_send_frame(context.get(), frame.get()); code < 0) return failed("encode", code);
    drain(*context, sample);
  }
  avcodec_send_frame(context.get(), nullptr);
  drain(*context, sample);
  bool nal_codec = options.codec == Codec::H264 || options.codec == Codec::H265;
  if (nal_codec && !options.annexb) VIGIL_TRY(to_length_prefixed(sample));
  return sample;
}

Result<std::vector<Packet>> sample_packets(const SampleOptions& options) {
  VIGIL_ASSIGN(auto sample, encode_sample(options));
  AccessUnitNormaliser normaliser(sample.params);
  std::vector<Packet> packets;
  for (const auto& unit : sample.units) {
    VIGIL_ASSIGN(auto out, normaliser.push(unit.bytes));
    if (out.data.empty() || !out.params) continue;
    Packet packet;
    packet.dts = unit.dts;
    packet.pts = unit.pts;
    packet.received = WallTime(std::chrono::microseconds(unit.dts.count() * 100 / 9));
    packet.key = out.key;
    packet.discontinuity = packets.empty();
    packet.params = out.params;
    packet.data = SharedBytes(std::move(out.data));
    packets.push_back(std::move(packet));
  }
  return packets;
}

}  // namespace vigil::media
