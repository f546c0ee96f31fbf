#include "media/video_writer.h"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <optional>
#include <utility>

#include "media/encoder.h"
#include "media/ffmpeg/av.h"
#include "media/scaler.h"

namespace vigil::media {
namespace {

using namespace ffmpeg;

constexpr int kPiece = 256 << 10;

// Hands out what the container's writer writes.
class PieceSink {
 public:
  explicit PieceSink(PutPiece put) : put_(std::move(put)) {}
  ~PieceSink() {
    if (io_ != nullptr) av_freep(&io_->buffer);
    avio_context_free(&io_);
  }
  PieceSink(const PieceSink&) = delete;
  PieceSink& operator=(const PieceSink&) = delete;

  AVIOContext* open() {
    auto* buffer = static_cast<unsigned char*>(av_malloc(kPiece));
    if (buffer == nullptr) return nullptr;
    io_ = avio_alloc_context(buffer, kPiece, 1, this, nullptr, &on_write, &on_seek);
    if (io_ == nullptr) av_free(buffer);
    return io_;
  }
  void flush() { avio_flush(io_); }
  Result<void>& state() { return state_; }

 private:
  static int on_write(void* opaque, std::uint8_t* bytes, int size) {
    auto& self = *static_cast<PieceSink*>(opaque);
    const auto count = static_cast<std::size_t>(size);
    if (self.state_.ok()) self.state_ = self.put_(self.at_, {bytes, count});
    if (!self.state_.ok()) return AVERROR(EIO);
    self.at_ += count;
    self.end_ = std::max(self.end_, self.at_);
    return size;
  }
  static std::int64_t on_seek(void* opaque, std::int64_t offset, int whence) {
    auto& self = *static_cast<PieceSink*>(opaque);
    const auto end = static_cast<std::int64_t>(self.end_);
    if ((whence & AVSEEK_SIZE) != 0) return end;
    if ((whence & 3) != SEEK_SET || offset < 0 || offset > end) return AVERROR(EINVAL);
    self.at_ = static_cast<std::uint64_t>(offset);
    return offset;
  }

  const PutPiece put_;
  AVIOContext* io_ = nullptr;
  std::uint64_t at_ = 0, end_ = 0;
  Result<void> state_;
};

struct CloseOutput {
  void operator()(AVFormatContext* context) const {
    const bool is_ours = (context->flags & AVFMT_FLAG_CUSTOM_IO) != 0;
    if (is_ours) context->pb = nullptr;  // its sink closes it
    if (context->pb != nullptr) context->opaque != nullptr ? give_up(context->pb) : avio_closep(&context->pb);
    avformat_free_context(context);
  }
  static int give_up(AVIOContext*& memory) {
    std::uint8_t* bytes = nullptr;
    avio_close_dyn_buf(memory, &bytes);
    av_free(bytes);
    memory = nullptr;
    return 0;
  }
};

// An empty path: into memory, or a sink.
class FfmpegVideoWriter final : public MemoryVideo {
 public:
  FfmpegVideoWriter(std::string path, PutPiece put, std::unique_ptr<Encoder> encoder, int width, int height, double fps)
      : path_(std::move(path)),
        sink_(put ? std::make_unique<PieceSink>(std::move(put)) : nullptr),
        encoder_(std::move(encoder)),
        scaler_(width, height),
        key_every_(fps * 2),
        duration_(static_cast<std::int64_t>(90000 / fps)) {}

  Result<void> open() {
    route_log();
    AVFormatContext* output = nullptr;
    if (int code = avformat_alloc_output_context2(&output, nullptr, "mp4", nullptr); code < 0) return failed(code);
    output_.reset(output);
    if (sink_) {
      output->pb = sink_->open();
      if (output->pb == nullptr) return make_error(ErrorKind::ResourceExhausted, "no memory for a video");
      output->flags |= AVFMT_FLAG_CUSTOM_IO;
      return {};
    }
    if (path_.empty()) {
      output->opaque = this;
      output->flags |= AVFMT_FLAG_BITEXACT;
      if (int code = avio_open_dyn_buf(&output->pb); code < 0) return failed(code);
      return {};
    }
    if (int code = avio_open(&output->pb, ("file:" + path_).c_str(), AVIO_FLAG_WRITE); code < 0) return failed(code);
    return {};
  }

  Result<void> write(const FramePtr& frame) override {
    VIGIL_ASSIGN(auto sized, scaler_.scale(frame));
    if (last_ && sized->pts <= *last_) return {};
    last_ = sized->pts;
    const bool key = count_++ % std::max<std::int64_t>(1, static_cast<std::int64_t>(key_every_)) == 0;
    VIGIL_ASSIGN(auto packets, encoder_->encode(*sized, key));
    return put(packets);
  }

  Result<void> finish() override {
    if (sink_) VIGIL_TRY(Result<void>(sink_->state()));
    VIGIL_ASSIGN(auto packets, encoder_->flush());
    VIGIL_TRY(put(packets));
    // Without a single picture there is nothing that a file could hold.
    if (!begun_) return make_error(ErrorKind::InvalidArgument, name() + ": there was no picture to write");
    if (int code = av_write_trailer(output_.get()); code < 0) return failed(code);
    if (sink_) {
      sink_->flush();
      return std::move(sink_->state());
    }
    if (path_.empty()) {
      std::uint8_t* bytes = nullptr;
      const int size = avio_close_dyn_buf(output_->pb, &bytes);
      output_->pb = nullptr;
      if (bytes != nullptr) bytes_.assign(bytes, bytes + size);
      av_free(bytes);
    } else if (int code = avio_closep(&output_->pb); code < 0) {
      return failed(code);
    }
    return {};
  }

  std::vector<std::uint8_t> take() override { return std::move(bytes_); }

 private:
  std::string name() const { return path_.empty() ? "the video" : path_; }
  Error failed(int code) const {
    if (sink_ && !sink_->state().ok()) return sink_->state().error();
    return make_error(ErrorKind::Unavailable, fmt::format("cannot write {}: {}", name(), error_text(code)));
  }

  // The parameter sets are there with the first picture.
  Result<void> begin(const CodecParams& params) {
    auto* stream = avformat_new_stream(output_.get(), nullptr);
    if (stream == nullptr) return make_error(ErrorKind::ResourceExhausted, "no memory for a video");
    auto* to = stream->codecpar;
    to->codec_type = AVMEDIA_TYPE_VIDEO;
    to->codec_id = to_av(params.codec);
    to->width = params.width;
    to->height = params.height;
    to->extradata = static_cast<std::uint8_t*>(av_mallocz(params.extradata.size() + AV_INPUT_BUFFER_PADDING_SIZE));
    if (to->extradata == nullptr) return make_error(ErrorKind::ResourceExhausted, "no memory for a video");
    std::copy(params.extradata.begin(), params.extradata.end(), to->extradata);
    to->extradata_size = static_cast<int>(params.extradata.size());
    stream->time_base = {1, 90000};
    AVDictionary* wanted = nullptr;
    if (path_.empty() && !sink_) av_dict_set(&wanted, "movflags", "frag_keyframe+empty_moov+default_base_moof", 0);
    const int code = avformat_write_header(output_.get(), &wanted);
    av_dict_free(&wanted);
    if (code < 0) return failed(code);
    begun_ = true;
    return {};
  }

  Result<void> put(const std::vector<Packet>& packets) {
    for (const auto& packet : packets) {
      if (!begun_) VIGIL_TRY(begin(*packet.params));
      AvPacket unit(av_packet_alloc());
      if (!unit) return make_error(ErrorKind::ResourceExhausted, "no memory for a packet");
      if (av_new_packet(unit.get(), static_cast<int>(packet.data.size())) < 0) {
        return make_error(ErrorKind::ResourceExhausted, "no memory for a packet");
      }
      std::copy(packet.data.view().begin(), packet.data.view().end(), unit->data);
      const AVRational ticks{1, 90000}, base = output_->streams[0]->time_base;
      unit->pts = av_rescale_q(packet.pts.count(), ticks, base);
      unit->dts = av_rescale_q(packet.dts.count(), ticks, base);
      unit->duration = av_rescale_q(duration_.count(), ticks, base);
      if (packet.key) unit->flags |= AV_PKT_FLAG_KEY;
      if (int code = av_write_frame(output_.get(), unit.get()); code < 0) return failed(code);
    }
    return {};
  }

  const std::string path_;
  const std::unique_ptr<PieceSink> sink_;  // outlives output_
  std::unique_ptr<Encoder> encoder_;
  Scaler scaler_;
  const double key_every_;
  const Ticks duration_;
  std::unique_ptr<AVFormatContext, CloseOutput> output_;
  bool begun_ = false;
  std::int64_t count_ = 0;
  std::optional<Ticks> last_;
  std::vector<std::uint8_t> bytes_;
};

}  // namespace

namespace {

Result<std::unique_ptr<FfmpegVideoWriter>> make_writer(const std::string& path, PutPiece put, int width, int height,
                                                       double fps) {
  EncoderOptions options;
  options.width = width / 2 * 2;
  options.height = height / 2 * 2;
  options.fps = std::clamp(fps, 1.0, 240.0);
  VIGIL_ASSIGN(auto encoder, make_encoder(options));
  auto writer = std::make_unique<FfmpegVideoWriter>(path, std::move(put), std::move(encoder), options.width,
                                                    options.height, options.fps);
  VIGIL_TRY(writer->open());
  return writer;
}

}  // namespace

Result<std::unique_ptr<VideoWriter>> make_video_writer(const std::string& path, int width, int height, double fps) {
  VIGIL_ASSIGN(auto writer, make_writer(path, nullptr, width, height, fps));
  return std::unique_ptr<VideoWriter>(std::move(writer));
}

Result<std::unique_ptr<VideoWriter>> make_video_writer(PutPiece put, int width, int height, double fps) {
  VIGIL_ASSIGN(auto writer, make_writer({}, std::move(put), width, height, fps));
  return std::unique_ptr<VideoWriter>(std::move(writer));
}

Result<std::unique_ptr<MemoryVideo>> make_memory_video(int width, int height, double fps) {
  VIGIL_ASSIGN(auto writer, make_writer({}, nullptr, width, height, fps));
  return std::unique_ptr<MemoryVideo>(std::move(writer));
}

}  // namespace vigil::media
