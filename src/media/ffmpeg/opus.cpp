#include "media/opus.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <deque>
#include <optional>
#include <string>
#include <utility>

#include "media/ffmpeg/av.h"

extern "C" {
#include <libavutil/opt.h>
#include <libswresample/swresample.h>
}

namespace vigil::media {
namespace {

using namespace ffmpeg;

constexpr int kRate = 48000;
constexpr int kFrame = kRate / 50;
constexpr int kMostSamples = 1 << 16;  // of one packet; FLAC has as many
constexpr int kMostRate = 192000, kMostChannels = 8;
constexpr int kBitsPerChannel = 40000;  // speech is good with less, music with more
constexpr std::size_t kMostPacket = 1u << 20;
// Sound that is further off its time than this was interrupted, or its clock was set.
constexpr Ticks kApart = std::chrono::milliseconds(100);
// Less than this nobody notices, and clocks that only jitter cost no resampling.
constexpr Ticks kInStep = std::chrono::milliseconds(10);
constexpr int kMostBend = kRate / 200;  // samples a second by which speed may be changed: half a per cent, not heard

struct FreeResampler {
  void operator()(SwrContext* context) const { swr_free(&context); }
};
using Resampler = std::unique_ptr<SwrContext, FreeResampler>;

Error broken(const char* what, int code) {
  return make_error(ErrorKind::DataLoss, std::string(what) + ": " + error_text(code));
}

Ticks ticks_of(std::int64_t samples) {
  return Ticks(samples * 90000 / kRate);
}

// What a libav decoder is made from.
bool same_sound(const CodecParams& a, const CodecParams& b) {
  return a.codec == b.codec && a.extradata == b.extradata && a.sample_rate == b.sample_rate && a.channels == b.channels;
}

// One sound in the form in which it came out of a decoder.
struct Form {
  int format = -1, rate = 0, channels = 0;
  bool operator==(const Form&) const = default;
};

Result<AvCodecContext> open_decoder(const CodecParams& params) {
  if (!can_become_opus(params)) {
    return make_error(ErrorKind::InvalidArgument,
                      std::string("sound of this codec does not become Opus: ") + codec_name(params.codec));
  }
  VIGIL_ASSIGN(auto context, new_decoder(params));
  context->sample_rate = std::clamp(params.sample_rate, 0, kMostRate);
  if (params.channels > 0) av_channel_layout_default(&context->ch_layout, std::min(params.channels, kMostChannels));
  if (int code = avcodec_open2(context.get(), nullptr, nullptr); code < 0) {
    return broken("the decoder refused the sound's parameters", code);
  }
  return context;
}

Result<AvCodecContext> open_encoder(int channels) {
  const auto* codec = avcodec_find_encoder_by_name("libopus");
  if (codec == nullptr) return make_error(ErrorKind::Unavailable, "this libavcodec cannot encode Opus");
  AvCodecContext context(avcodec_alloc_context3(codec));
  if (!context) return make_error(ErrorKind::ResourceExhausted, "no memory for an encoder");
  context->sample_rate = kRate;
  context->sample_fmt = AV_SAMPLE_FMT_FLT;
  context->time_base = {1, kRate};
  context->bit_rate = static_cast<std::int64_t>(kBitsPerChannel) * channels;
  // Half of the effort that is possible: a third of the time, and hardly another sound.
  context->compression_level = 5;
  av_channel_layout_default(&context->ch_layout, channels);
  av_opt_set(context->priv_data, "application", "audio", 0);
  av_opt_set(context->priv_data, "frame_duration", "20", 0);
  if (int code = avcodec_open2(context.get(), codec, nullptr); code < 0) {
    return make_error(ErrorKind::Unavailable, "Opus cannot be encoded: " + error_text(code));
  }
  if (context->frame_size != kFrame) return make_error(ErrorKind::Unavailable, "Opus comes in other frames than 20 ms");
  return context;
}

class FfmpegOpus final : public OpusTranscoder {
 public:
  Result<std::vector<Packet>> take(const Packet& packet) override;
  void interrupt() override {
    begins_ = true;
    if (decoder_) avcodec_flush_buffers(decoder_.get());
  }

 private:
  Result<void> follow(const Packet& packet);
  Result<void> hear(const AVFrame& sound, const Packet& packet);
  Result<void> adopt(const AVFrame& sound);
  void keep_time(Ticks at, bool anew);
  Result<void> encode(const Packet& packet, std::vector<Packet>& out);
  std::int64_t in_resampler() const { return resampler_ ? swr_get_delay(resampler_.get(), kRate) : 0; }

  AvCodecContext decoder_, encoder_;
  Resampler resampler_;
  CodecParams params_;  // of decoder_
  ParamsPtr seen_;      // of the last packet: the quick comparison
  Form form_;
  ParamsPtr told_;  // of what comes out
  int channels_ = 0;
  std::vector<float> samples_;  // at kRate, channels interleaved, that wait until a frame is full

  // Sample 0 is at `zero_`; so many came out of the resampler and went into the encoder.
  Ticks zero_{0};
  std::int64_t taken_ = 0, given_ = 0;
  double off_ = 0;  // ticks by which the source's clock is ahead, smoothed
  std::int64_t bent_at_ = 0;
  bool bends_ = false;
  bool begins_ = true;          // time begins anew with the next packet
  std::optional<Ticks> last_;   // of the last packet that came out
  bool discontinuity_ = false;  // to be told with the next one
};

Result<void> FfmpegOpus::follow(const Packet& packet) {
  if (packet.params == seen_ && decoder_) return {};
  if (!decoder_ || !same_sound(*packet.params, params_)) {
    decoder_.reset();
    seen_.reset();
    VIGIL_ASSIGN(decoder_, open_decoder(*packet.params));
    params_ = *packet.params;
  }
  seen_ = packet.params;
  return {};
}

// Another rate or layout: what is in the resampler is lost, some milliseconds.
Result<void> FfmpegOpus::adopt(const AVFrame& sound) {
  const Form form{sound.format, sound.sample_rate, sound.ch_layout.nb_channels};
  if (form == form_ && resampler_) return {};
  if (form.rate < 1000 || form.rate > kMostRate || form.channels < 1 || form.channels > kMostChannels) {
    return make_error(ErrorKind::DataLoss, "sound of that rate or with so many channels is not believed");
  }
  const int channels = form.channels == 1 ? 1 : 2;
  if (!encoder_ || channels != channels_) {
    VIGIL_ASSIGN(encoder_, open_encoder(channels));
    channels_ = channels;
    told_ = std::make_shared<const CodecParams>(opus_params(channels));
    samples_.clear();
  }
  AVChannelLayout from{}, to{};
  // What the channels are is not known of every sound.
  if (sound.ch_layout.order == AV_CHANNEL_ORDER_UNSPEC) {
    av_channel_layout_default(&from, form.channels);
  } else {
    av_channel_layout_copy(&from, &sound.ch_layout);
  }
  av_channel_layout_default(&to, channels);
  SwrContext* made = nullptr;
  int code = swr_alloc_set_opts2(&made, &to, AV_SAMPLE_FMT_FLT, kRate, &from, static_cast<AVSampleFormat>(sound.format),
                                 form.rate, 0, nullptr);
  av_channel_layout_uninit(&from);
  resampler_.reset(made);
  if (code >= 0) code = swr_init(made);
  if (code < 0) {
    resampler_.reset();
    return broken("this sound cannot be resampled", code);
  }
  form_ = form;
  bends_ = false;
  begins_ = true;
  return {};
}

// The next sample that goes into the resampler is of the time `at`.
void FfmpegOpus::keep_time(Ticks at, bool anew) {
  const auto off = at - (zero_ + ticks_of(taken_ + in_resampler()));
  if (begins_ || anew || std::chrono::abs(off) > kApart) {
    if (!begins_) swr_init(resampler_.get());  // empties it
    begins_ = bends_ = false;
    samples_.clear();
    zero_ = at;
    taken_ = given_ = bent_at_ = 0;
    off_ = 0;
    return;
  }
  off_ += (static_cast<double>(off.count()) - off_) / 16;
  if (taken_ - bent_at_ < kRate) return;
  bent_at_ = taken_;
  const bool far = std::abs(off_) > static_cast<double>(kInStep.count()) * (bends_ ? 0.2 : 1);
  if (!far && !bends_) return;
  // Made up for within a second or some.
  bends_ = far;
  const int samples = far ? std::clamp(static_cast<int>(off_ * kRate / 90000), -kMostBend, kMostBend) : 0;
  swr_set_compensation(resampler_.get(), samples, samples == 0 ? 0 : kRate);
}

Result<void> FfmpegOpus::hear(const AVFrame& sound, const Packet& packet) {
  if (sound.nb_samples <= 0) return {};
  if (sound.nb_samples > kMostSamples) return make_error(ErrorKind::DataLoss, "so much sound is in no packet");
  VIGIL_TRY(adopt(sound));
  keep_time(packet.pts, packet.discontinuity);
  const int most = swr_get_out_samples(resampler_.get(), sound.nb_samples);
  if (most < 0) return broken("this sound cannot be resampled", most);
  const auto before = samples_.size();
  samples_.resize(before + static_cast<std::size_t>(most) * static_cast<std::size_t>(channels_));
  auto* out = reinterpret_cast<std::uint8_t*>(samples_.data() + before);
  const int made = swr_convert(resampler_.get(), &out, most, const_cast<const std::uint8_t**>(sound.extended_data),
                               sound.nb_samples);
  const auto samples = static_cast<std::size_t>(std::max(made, 0));
  samples_.resize(before + samples * static_cast<std::size_t>(channels_));
  if (made < 0) return broken("this sound cannot be resampled", made);
  taken_ += made;
  return {};
}

Result<void> FfmpegOpus::encode(const Packet& packet, std::vector<Packet>& out) {
  const auto whole = static_cast<std::size_t>(kFrame) * static_cast<std::size_t>(channels_);
  std::size_t used = 0;
  AvPacket unit(av_packet_alloc());
  if (!unit) return make_error(ErrorKind::ResourceExhausted, "no memory for a packet");
  for (; samples_.size() - used >= whole; used += whole) {
    AvFrame frame(av_frame_alloc());
    if (!frame) return make_error(ErrorKind::ResourceExhausted, "no memory for sound");
    frame->format = AV_SAMPLE_FMT_FLT;
    frame->nb_samples = kFrame;
    frame->sample_rate = kRate;
    av_channel_layout_default(&frame->ch_layout, channels_);
    if (int code = av_frame_get_buffer(frame.get(), 0); code < 0) return broken("encode", code);
    std::memcpy(frame->data[0], samples_.data() + used, whole * sizeof(float));
    // What the encoder looks ahead is before the sound.
    const auto at = zero_ + ticks_of(given_ - encoder_->initial_padding);
    given_ += kFrame;
    if (int code = avcodec_send_frame(encoder_.get(), frame.get()); code < 0) return broken("encode", code);
    while (avcodec_receive_packet(encoder_.get(), unit.get()) == 0) {
      const bool back = last_ && at <= *last_ && !discontinuity_;
      if (!back && unit->size > 0 && static_cast<std::size_t>(unit->size) <= kMostOpusBytes) {
        Packet made;
        made.pts = made.dts = at;
        made.received = packet.received;
        made.key = true;
        made.discontinuity = std::exchange(discontinuity_, false);
        made.params = told_;
        made.data = SharedBytes(std::vector<std::uint8_t>(unit->data, unit->data + unit->size));
        last_ = at;
        out.push_back(std::move(made));
      }
      av_packet_unref(unit.get());
    }
  }
  samples_.erase(samples_.begin(), samples_.begin() + static_cast<std::ptrdiff_t>(used));
  return {};
}

Result<std::vector<Packet>> FfmpegOpus::take(const Packet& packet) {
  std::vector<Packet> out;
  if (packet.data.size() > kMostPacket) return make_error(ErrorKind::DataLoss, "the packet is too large");
  discontinuity_ = discontinuity_ || packet.discontinuity || !last_;
  VIGIL_TRY(follow(packet));
  AvPacket unit(av_packet_alloc());
  // Copies once: libav wants zeros behind the data.
  if (!unit || av_new_packet(unit.get(), static_cast<int>(packet.data.size())) < 0) {
    return make_error(ErrorKind::ResourceExhausted, "no memory for a packet");
  }
  std::memcpy(unit->data, packet.data.data(), packet.data.size());
  if (int code = avcodec_send_packet(decoder_.get(), unit.get()); code < 0 && code != AVERROR(EAGAIN)) {
    return broken("broken sound", code);
  }
  AvFrame sound(av_frame_alloc());
  if (!sound) return make_error(ErrorKind::ResourceExhausted, "no memory for sound");
  int total = 0;
  for (bool first = true;; first = false) {
    const int code = avcodec_receive_frame(decoder_.get(), sound.get());
    if (code == AVERROR(EAGAIN) || code == AVERROR_EOF) break;
    if (code < 0) return broken("broken sound", code);
    total += std::clamp(sound->nb_samples, 0, kMostSamples);
    if (total > kMostSamples) return make_error(ErrorKind::DataLoss, "so much sound is in no packet");
    // The packet's time is that of its first frame; a second one follows without a gap.
    Packet where = packet;
    if (!first) {
      where.pts = zero_ + ticks_of(taken_ + in_resampler());
      where.discontinuity = false;
    }
    VIGIL_TRY(hear(*sound, where));
    av_frame_unref(sound.get());
  }
  VIGIL_TRY(encode(packet, out));
  return out;
}

}  // namespace

CodecParams opus_params(int channels) {
  CodecParams out;
  out.kind = TrackKind::Audio;
  out.codec = Codec::Opus;
  out.sample_rate = kRate;
  out.channels = channels;
  out.codec_string = "opus";
  return out;
}

bool can_become_opus(const CodecParams& params) {
  return params.kind == TrackKind::Audio && params.codec >= Codec::Aac && params.codec < Codec::Other &&
         params.codec != Codec::Opus;
}

Result<std::unique_ptr<OpusTranscoder>> make_opus_transcoder() {
  route_log();
  if (avcodec_find_encoder_by_name("libopus") == nullptr) {
    return make_error(ErrorKind::Unavailable, "this libavcodec cannot encode Opus");
  }
  return std::unique_ptr<OpusTranscoder>(std::make_unique<FfmpegOpus>());
}

}  // namespace vigil::media
