#include "media/video_writer.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <utility>

#include "media/encoder.h"
#include "media/ffmpeg/av.h"
#include "media/scaler.h"

namespace vigil::media {
namespace {

using namespace ffmpeg;

struct CloseOutput {
  void operator()(AVFormatContext* context) const {
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

// An empty path: into memory.
class FfmpegVideoWriter final : public MemoryVideo {
 public:
  FfmpegVideoWriter(std::string path, std::unique_ptr<Encoder> encoder, int width, int height, double fps)
      : path_(std::move(path)),
        encoder_(std::move(encoder)),
        scaler_(width, height),
        key_every_(fps * 2),
        duration_(static_cast<std::int64_t>(90000 / fps)) {}

  Result<void> open() {
    route_log();
    AVFormatContext* output = nullptr;
    if (int code = avformat_alloc_output_context2(&output, nullptr, "mp4", nullptr); code < 0) return failed(code);
    output_.reset(output);
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
    VIGIL_ASSIGN(auto packets, encoder_->flush());
    VIGIL_TRY(put(packets));
    // Without a single picture there is nothing that a file could hold.
    if (!begun_) return make_error(ErrorKind::InvalidArgument, name() + ": there was no picture to write");
    if (int code = av_write_trailer(output_.get()); code < 0) return failed(code);
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
    if (path_.empty()) av_dict_set(&wanted, "movflags", "frag_keyframe+empty_moov+default_base_moof", 0);
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

Result<std::unique_ptr<FfmpegVideoWriter>> make_writer(const std::string& path, int width, int height, double fps) {
  EncoderOptions options;
  options.width = width / 2 * 2;
  options.height = height / 2 * 2;
  options.fps = std::clamp(fps, 1.0, 240.0);
  VIGIL_ASSIGN(auto encoder, make_encoder(options));
  auto writer =
      std::make_unique<FfmpegVideoWriter>(path, std::move(encoder), options.width, options.height, options.fps);
  VIGIL_TRY(writer->open());
  return writer;
}

}  // namespace

Result<std::unique_ptr<VideoWriter>> make_video_writer(const std::string& path, int width, int height, double fps) {
  VIGIL_ASSIGN(auto writer, make_writer(path, width, height, fps));
  return std::unique_ptr<VideoWriter>(std::move(writer));
}

Result<std::unique_ptr<MemoryVideo>> make_memory_video(int width, int height, double fps) {
  VIGIL_ASSIGN(auto writer, make_writer({}, width, height, fps));
  return std::unique_ptr<MemoryVideo>(std::move(writer));
}

}  // namespace vigil::media
