#include "media/decoder.h"

#include <algorithm>
#include <cstring>
#include <deque>
#include <string>

#include "media/ffmpeg/av.h"
#include "media/ffmpeg/convert.h"
#include "media/image.h"

namespace vigil::media {
namespace {

using namespace ffmpeg;

// No decoder holds back more pictures; older ones were lost in it.
constexpr std::size_t kMaxHeld = 64;

bool allowed(Codec codec) {
  return codec == Codec::H264 || codec == Codec::H265 || codec == Codec::Mjpeg || codec == Codec::Png ||
         codec == Codec::Mpeg4;
}

bool is_picture(Codec codec) {
  return codec == Codec::Mjpeg || codec == Codec::Png;
}

// The part of the parameters that a libav decoder is made from.
bool same_stream(const CodecParams& a, const CodecParams& b) {
  return a.codec == b.codec && a.extradata == b.extradata &&
         (is_picture(a.codec) || (a.width == b.width && a.height == b.height));
}

Result<void> check(const CodecParams& params) {
  if (params.kind != TrackKind::Video || !allowed(params.codec)) {
    return make_error(ErrorKind::InvalidArgument,
                      std::string("pictures of this codec are not decoded: ") + codec_name(params.codec));
  }
  if (static_cast<std::int64_t>(params.width) * params.height > kMaxPixels) {
    return make_error(ErrorKind::InvalidArgument, "the picture has more than 64 megapixels");
  }
  return {};
}

class FfmpegDecoder final : public Decoder {
 public:
  explicit FfmpegDecoder(const DecoderOptions& options) : options_(options) {}

  Result<void> open(const CodecParams& params);
  Result<std::vector<FramePtr>> decode(const Packet& packet) override;
  std::vector<FramePtr> flush() override;

 private:
  // What libav does not carry through the decoder.
  struct Origin {
    std::int64_t ticket = 0;
    std::uint64_t sequence = 0;
    Ticks pts{0};
    WallTime received;
  };

  Result<void> follow(const Packet& packet, std::vector<FramePtr>& frames);
  Result<void> send(const Packet& packet);
  Result<void> receive(std::vector<FramePtr>& frames);
  void drain(std::vector<FramePtr>& frames);
  void stamp(std::int64_t ticket, Frame& frame);

  const DecoderOptions options_;
  AvCodecContext context_;
  CodecParams params_;       // that context_ was opened with, or was told since
  ParamsPtr seen_;           // of the last packet: the quick comparison
  std::deque<Origin> held_;  // pictures that went in and have not come out
  std::int64_t tickets_ = 0;
  bool started_ = false;        // a key frame came
  bool new_extradata_ = false;  // to be handed in with the next packet
};

Result<void> FfmpegDecoder::open(const CodecParams& params) {
  VIGIL_TRY(check(params));
  route_log();
  VIGIL_ASSIGN(auto context, new_decoder(params));
  context->max_pixels = kMaxPixels;
  context->width = params.width;
  context->height = params.height;
  if (params.reorder_depth == 0) context->flags |= AV_CODEC_FLAG_LOW_DELAY;
  if (options_.skip_loop_filter) context->skip_loop_filter = AVDISCARD_ALL;
  if (int code = avcodec_open2(context.get(), nullptr, nullptr); code < 0) {
    return make_error(ErrorKind::DataLoss, "the decoder refused the stream's parameters: " + error_text(code));
  }
  context_ = std::move(context);
  params_ = params;
  held_.clear();
  started_ = new_extradata_ = false;
  return {};
}

// Keeps the decoder in step with the parameters of the packet that is about to go in.
Result<void> FfmpegDecoder::follow(const Packet& packet, std::vector<FramePtr>& frames) {
  if (packet.params == seen_) return {};
  const auto& next = *packet.params;
  if (!same_stream(next, params_)) {
    VIGIL_TRY(check(next));
    bool nal_codec = next.codec == Codec::H264 || next.codec == Codec::H265;
    if (packet.key || !nal_codec || next.codec != params_.codec) {
      drain(frames);
      VIGIL_TRY(open(next));
    } else {
      // Between key frames only picture parameter sets may change; starting anew would lose the references.
      new_extradata_ = true;
    }
  }
  if (next.reorder_depth > 0) context_->flags &= ~AV_CODEC_FLAG_LOW_DELAY;
  params_ = next;
  seen_ = packet.params;
  return {};
}

Result<void> FfmpegDecoder::send(const Packet& packet) {
  AvPacket unit(av_packet_alloc());
  // Copies once: libav wants zeros behind the data.
  if (!unit || av_new_packet(unit.get(), static_cast<int>(packet.data.size())) < 0) {
    return make_error(ErrorKind::ResourceExhausted, "no memory for a packet");
  }
  std::memcpy(unit->data, packet.data.data(), packet.data.size());
  if (new_extradata_) {
    auto* side = av_packet_new_side_data(unit.get(), AV_PKT_DATA_NEW_EXTRADATA, params_.extradata.size());
    if (side != nullptr) std::memcpy(side, params_.extradata.data(), params_.extradata.size());
    new_extradata_ = false;
  }
  if (packet.key) unit->flags |= AV_PKT_FLAG_KEY;
  unit->pts = unit->dts = ++tickets_;
  held_.push_back({tickets_, packet.sequence, packet.pts, packet.time()});
  if (held_.size() > kMaxHeld) held_.pop_front();
  int code = avcodec_send_packet(context_.get(), unit.get());
  if (code < 0 && code != AVERROR(EAGAIN)) {
    return make_error(ErrorKind::DataLoss, "a broken picture: " + error_text(code));
  }
  return {};
}

void FfmpegDecoder::stamp(std::int64_t ticket, Frame& frame) {
  auto origin = std::find_if(held_.begin(), held_.end(), [&](const Origin& held) { return held.ticket == ticket; });
  if (origin == held_.end()) return;
  frame.sequence = origin->sequence;
  frame.pts = origin->pts;
  frame.captured = origin->received;
  held_.erase(origin);
}

Result<void> FfmpegDecoder::receive(std::vector<FramePtr>& frames) {
  while (true) {
    AvFrame picture(av_frame_alloc());
    if (!picture) return make_error(ErrorKind::ResourceExhausted, "no memory for a picture");
    int code = avcodec_receive_frame(context_.get(), picture.get());
    if (code == AVERROR(EAGAIN) || code == AVERROR_EOF) return {};
    if (code < 0) return make_error(ErrorKind::DataLoss, "a broken picture: " + error_text(code));
    auto ticket = picture->pts;
    VIGIL_ASSIGN(auto frame, to_frame(std::move(picture)));
    stamp(ticket, *frame);
    frames.push_back(std::move(frame));
  }
}

void FfmpegDecoder::drain(std::vector<FramePtr>& frames) {
  if (avcodec_send_packet(context_.get(), nullptr) == 0) {
    // Errors of pictures that nobody waits for.
    static_cast<void>(receive(frames));
  }
  avcodec_flush_buffers(context_.get());
  held_.clear();
}

Result<std::vector<FramePtr>> FfmpegDecoder::decode(const Packet& packet) {
  std::vector<FramePtr> frames;
  if (options_.key_frames_only && !packet.key) return frames;
  if (packet.data.size() > static_cast<std::size_t>(1) << 30)
    return make_error(ErrorKind::DataLoss, "the packet is too large");
  if (is_picture(packet.params->codec)) {
    // The size of a picture is its own, whatever the parameters say.
    auto info = inspect_image(packet.data.view());
    if (!info) {
      auto kind = info.error().code == "image.too_large" ? ErrorKind::InvalidArgument : ErrorKind::DataLoss;
      return make_error(kind, info.error().message, info.error().code);
    }
  }
  VIGIL_TRY(follow(packet, frames));
  if (!started_ && !packet.key) return frames;
  started_ = true;
  auto sent = send(packet);
  auto received = receive(frames);
  // A lone key frame must not wait for pictures that are never handed in.
  if (options_.key_frames_only && frames.empty() && sent && received) drain(frames);
  if (!frames.empty()) return frames;
  if (!sent) return std::move(sent).error();
  if (!received) return std::move(received).error();
  return frames;
}

std::vector<FramePtr> FfmpegDecoder::flush() {
  std::vector<FramePtr> frames;
  drain(frames);
  started_ = false;
  return frames;
}

}  // namespace

Result<std::unique_ptr<Decoder>> make_decoder(const CodecParams& params, const DecoderOptions& options) {
  auto decoder = std::make_unique<FfmpegDecoder>(options);
  VIGIL_TRY(decoder->open(params));
  return std::unique_ptr<Decoder>(std::move(decoder));
}

}  // namespace vigil::media
