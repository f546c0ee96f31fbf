#include "media/video_file.h"

#include <cmath>
#include <utility>

#include "media/ffmpeg/av.h"
#include "media/ffmpeg/convert.h"
#include "media/ffmpeg/orientation.h"
#include "media/image.h"
#include "media/rotate.h"

namespace vigil::media {
namespace {

using namespace ffmpeg;

struct CloseInput {
  void operator()(AVFormatContext* context) const { avformat_close_input(&context); }
};
struct FreeDictionary {
  void operator()(AVDictionary* dictionary) const { av_dict_free(&dictionary); }
};

Error unusable(const std::string& why) {
  return make_error(ErrorKind::InvalidArgument, why, "media.file");
}

class FfmpegVideoFile final : public VideoFile {
 public:
  Result<void> open(const std::string& path) {
    route_log();
    AVDictionary* wanted = nullptr;
    // A playlist or a list of parts inside the file opens nothing else.
    av_dict_set(&wanted, "protocol_whitelist", "file", 0);
    AVFormatContext* input = nullptr;
    int code = avformat_open_input(&input, ("file:" + path).c_str(), nullptr, &wanted);
    std::unique_ptr<AVDictionary, FreeDictionary> left(wanted);
    if (code < 0) return unusable(error_text(code));
    input_.reset(input);
    if (code = avformat_find_stream_info(input, nullptr); code < 0) return unusable(error_text(code));
    const AVCodec* codec = nullptr;
    stream_ = av_find_best_stream(input, AVMEDIA_TYPE_VIDEO, -1, -1, &codec, 0);
    if (stream_ < 0 || codec == nullptr) return unusable("there is no video in it that can be decoded");
    decoder_.reset(avcodec_alloc_context3(codec));
    const auto* stream = input->streams[stream_];
    if (!decoder_ || avcodec_parameters_to_context(decoder_.get(), stream->codecpar) < 0) {
      return make_error(ErrorKind::ResourceExhausted, "no memory for a decoder");
    }
    decoder_->thread_count = 1;
    decoder_->max_pixels = kMaxPixels;
    if (code = avcodec_open2(decoder_.get(), codec, nullptr); code < 0) return unusable(error_text(code));
    turns_ = turns_of(*stream);
    packet_.reset(av_packet_alloc());
    if (!packet_) return make_error(ErrorKind::ResourceExhausted, "no memory for a packet");
    return {};
  }

  int width() const override { return turns_ % 2 == 0 ? decoder_->width : decoder_->height; }
  int height() const override { return turns_ % 2 == 0 ? decoder_->height : decoder_->width; }
  double fps() const override {
    const auto rate = av_guess_frame_rate(input_.get(), input_->streams[stream_], nullptr);
    return rate.num > 0 && rate.den > 0 ? av_q2d(rate) : 25.0;
  }

  std::int64_t estimated_frames() const override {
    const auto& stream = *input_->streams[stream_];
    if (stream.nb_frames > 0) return stream.nb_frames;
    double seconds = 0;
    if (stream.duration != AV_NOPTS_VALUE) {
      seconds = static_cast<double>(stream.duration) * av_q2d(stream.time_base);
    } else if (input_->duration != AV_NOPTS_VALUE) {
      seconds = static_cast<double>(input_->duration) / AV_TIME_BASE;
    }
    return seconds > 0 && seconds < 1e8 ? std::llround(seconds * fps()) : 0;
  }

  const Trouble& trouble() const override { return trouble_; }

  Result<FramePtr> read() override {
    for (;;) {
      AvFrame picture(av_frame_alloc());
      if (!picture) return make_error(ErrorKind::ResourceExhausted, "no memory for a picture");
      const int code = avcodec_receive_frame(decoder_.get(), picture.get());
      if (code == 0) {
        // What was put together out of damaged parts is shown all the same.
        if (picture->decode_error_flags != 0 || (picture->flags & AV_FRAME_FLAG_CORRUPT) != 0) ++trouble_.broken;
        return frame_of(std::move(picture));
      }
      if (code == AVERROR_EOF) return FramePtr();
      if (code == AVERROR(EAGAIN)) {
        feed();
      } else {
        ++trouble_.broken;  // the next picture comes with the next call
      }
    }
  }

 private:
  Result<FramePtr> frame_of(AvFrame picture) {
    const auto time = picture->best_effort_timestamp;
    const auto base = input_->streams[stream_]->time_base;
    const auto step = Ticks(static_cast<std::int64_t>(90000 / fps()));
    next_ = time == AV_NOPTS_VALUE ? next_ : Ticks(av_rescale_q(time, base, {1, 90000}));
    VIGIL_ASSIGN(auto frame, to_frame(std::move(picture)));
    frame->pts = next_;
    next_ += step;
    return rotate(std::move(frame), turns_);
  }

  void feed() {
    for (;;) {
      av_packet_unref(packet_.get());
      if (const int code = av_read_frame(input_.get(), packet_.get()); code < 0) {
        if (code != AVERROR_EOF) trouble_.ended = error_text(code);
        avcodec_send_packet(decoder_.get(), nullptr);
        return;
      }
      if (packet_->stream_index != stream_) continue;
      if (avcodec_send_packet(decoder_.get(), packet_.get()) >= 0) return;
      ++trouble_.broken;
    }
  }

  std::unique_ptr<AVFormatContext, CloseInput> input_;
  AvCodecContext decoder_;
  AvPacket packet_;
  int stream_ = -1;
  int turns_ = 0;
  Trouble trouble_;
  Ticks next_{0};
};

}  // namespace

Result<std::unique_ptr<VideoFile>> open_video_file(const std::string& path) {
  auto file = std::make_unique<FfmpegVideoFile>();
  VIGIL_TRY(file->open(path));
  return std::unique_ptr<VideoFile>(std::move(file));
}

}  // namespace vigil::media
