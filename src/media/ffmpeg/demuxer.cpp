#include "media/demuxer.h"

#include <algorithm>
#include <atomic>
#include <climits>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <utility>

#include "media/access_unit.h"
#include "media/ffmpeg/av.h"
#include "media/ffmpeg/demux_fault.h"
#include "media/ffmpeg/nested_io.h"
#include "media/ffmpeg/stream_choice.h"
#include "media/timeline.h"

extern "C" {
#include <libavutil/opt.h>
}

namespace vigil::media {
namespace {

using namespace ffmpeg;
using std::chrono::milliseconds;

constexpr AVRational kTicks{1, 90000};
constexpr int kMaxStreams = 32;
constexpr int kMaxBrokenUnits = 250;
constexpr int kPatience = 4;  // read time-outs until something must come of what comes
constexpr milliseconds kCloseTime{300};
// For one allocation, in the whole process: a lying sample table of a few kilobytes may otherwise ask for gigabytes. A
// picture of 64 megapixels in 8 bits and full chroma still fits.
constexpr std::size_t kMaxAllocation = 256u << 20;
constexpr const char* kCodecWhitelist =
    "h264,hevc,mjpeg,png,mpeg4,aac,opus,libopus,flac,pcm_mulaw,pcm_alaw,mp3,mp3float,rawvideo";

void set_up_once() {
  static std::once_flag once;
  std::call_once(once, [] {
    route_log();
    av_max_alloc(kMaxAllocation);
  });
}

std::string joined(const std::vector<std::string>& names) {
  std::string out;
  for (const auto& name : names) out += (out.empty() ? "" : ",") + name;
  return out;
}

// Owns a dictionary of options.
class Options {
 public:
  Options() = default;
  ~Options() { av_dict_free(&dictionary_); }
  Options(const Options&) = delete;
  Options& operator=(const Options&) = delete;
  void set(const std::string& key, const std::string& value) {
    av_dict_set(&dictionary_, key.c_str(), value.c_str(), 0);
  }
  bool has(const std::string& key) const { return av_dict_get(dictionary_, key.c_str(), nullptr, 0) != nullptr; }
  AVDictionary** get() { return &dictionary_; }

 private:
  AVDictionary* dictionary_ = nullptr;
};

std::int64_t microseconds(milliseconds time) {
  return std::chrono::microseconds(time).count();
}

struct Track {
  int number = 0;
  AccessUnitNormaliser normaliser;
  Timeline timeline;
};

class FfmpegDemuxer final : public Demuxer {
 public:
  explicit FfmpegDemuxer(DemuxOptions options) : options_(std::move(options)), last_packet_(now()) { set_up_once(); }
  ~FfmpegDemuxer() override;
  FfmpegDemuxer(const FfmpegDemuxer&) = delete;
  FfmpegDemuxer& operator=(const FfmpegDemuxer&) = delete;

  Demuxed<std::vector<ParamsPtr>> open() override;
  Demuxed<Packet> read() override;
  void interrupt() override { interrupted_.store(true, std::memory_order_relaxed); }
  SteadyTime last_packet() const override { return last_packet_.load(std::memory_order_relaxed); }

 private:
  enum class Phase { Opening, Reading, Closing };

  static int on_check(void* self) { return static_cast<FfmpegDemuxer*>(self)->must_end() ? 1 : 0; }
  static int on_open(AVFormatContext* context, AVIOContext** out, const char* url, int flags, AVDictionary** options);
  static int on_close(AVFormatContext* context, AVIOContext* io);

  SteadyTime now() const { return options_.clock->steady(); }
  milliseconds socket_timeout() const { return std::min(options_.open_timeout, options_.read_timeout); }
  bool redirected() const;
  bool must_end();
  void begin(Phase phase, milliseconds limit);
  DemuxError failed(int code);

  std::optional<DemuxError> prepare(Options& dictionary);
  std::optional<DemuxError> open_input();
  std::optional<DemuxError> analyse();
  bool knows_enough() const;
  std::optional<DemuxError> make_tracks();
  void add_track(int stream);
  // The packet at hand, or nothing when it is to be passed over.
  std::optional<Packet> take(const AVPacket& unit, Track& track);

  DemuxOptions options_;
  const AVInputFormat* format_ = nullptr;
  AVFormatContext* context_ = nullptr;
  AVIOContext* main_io_ = nullptr;  // ours, where everything is opened by the caller
  std::string nested_reason_;
  AvPacket unit_{av_packet_alloc()};
  std::vector<std::unique_ptr<Track>> tracks_;
  std::vector<Track*> by_stream_;
  int broken_units_ = 0;

  Phase phase_ = Phase::Opening;
  SteadyTime deadline_{};
  bool deadline_passed_ = false;
  bool redirected_ = false;
  std::atomic<bool> interrupted_{false};
  std::atomic<SteadyTime> last_packet_;
};

FfmpegDemuxer::~FfmpegDemuxer() {
  // Long enough to tell the other side that we go, too short to wait for a dead one.
  begin(Phase::Closing, kCloseTime);
  avformat_close_input(&context_);
  close_nested(main_io_);
}

// An RTSP server may send libav to another address, past whoever checked the one that was asked for. libav asks here
// before it says a word to the new one.
bool FfmpegDemuxer::redirected() const {
  return options_.format == "rtsp" && context_ != nullptr && context_->url != nullptr &&
         options_.url.reveal() != context_->url;
}

bool FfmpegDemuxer::must_end() {
  if (redirected()) return redirected_ = true;
  if (phase_ != Phase::Closing && interrupted_.load(std::memory_order_relaxed)) return true;
  if (now() < deadline_) return false;
  deadline_passed_ = true;
  return true;
}

void FfmpegDemuxer::begin(Phase phase, milliseconds limit) {
  phase_ = phase;
  deadline_ = now() + limit;
  deadline_passed_ = false;
}

DemuxError FfmpegDemuxer::failed(int code) {
  // libav gives many numbers, some of them lies, for a call that we ended.
  if (interrupted_.load(std::memory_order_relaxed)) return {DemuxFault::Interrupted, code, "stopped"};
  if (redirected_) return {DemuxFault::Redirected, code, "the server sends us to another address"};
  const bool opening = phase_ == Phase::Opening;
  if (deadline_passed_) {
    auto seconds = std::to_string((opening ? options_.open_timeout : options_.read_timeout).count()) + " ms";
    return opening ? DemuxError{DemuxFault::OpenTimeout, code, "no answer within " + seconds}
                   : DemuxError{DemuxFault::ReadTimeout, code, "no media for " + seconds};
  }
  auto error = demux_error(code, opening);
  // RTSP has one time-out for all its sockets; of a host that says nothing until then libav claims that it spoke badly.
  if (opening && error.fault == DemuxFault::InvalidData && options_.format == "rtsp" &&
      now() - (deadline_ - options_.open_timeout) >= socket_timeout()) {
    return {DemuxFault::OpenTimeout, code, "no answer within " + std::to_string(socket_timeout().count()) + " ms"};
  }
  if (!nested_reason_.empty()) error.message = nested_reason_;
  return error;
}

int FfmpegDemuxer::on_open(AVFormatContext* context, AVIOContext** out, const char* url, int flags,
                           AVDictionary** options) {
  auto& self = *static_cast<FfmpegDemuxer*>(context->opaque);
  if ((flags & AVIO_FLAG_WRITE) != 0) return AVERROR(EPERM);
  if (self.must_end()) return AVERROR_EXIT;
  return open_nested(out, url, options != nullptr ? *options : nullptr, self.options_.open_nested,
                     &self.nested_reason_);
}

int FfmpegDemuxer::on_close(AVFormatContext*, AVIOContext* io) {
  close_nested(io);
  return 0;
}

// Sets up context_ and the options of libav.
std::optional<DemuxError> FfmpegDemuxer::prepare(Options& dictionary) {
  if (!options_.format.empty()) {
    format_ = av_find_input_format(options_.format.c_str());
    if (format_ == nullptr)
      return DemuxError{DemuxFault::NotAllowed, 0, "this build does not read the format " + options_.format};
    options_.format_whitelist.push_back(options_.format);
  } else if (options_.format_whitelist.empty()) {
    return DemuxError{DemuxFault::NotAllowed, 0, "no format is allowed"};
  }
  context_ = avformat_alloc_context();
  if (context_ == nullptr || !unit_) return DemuxError{DemuxFault::Limit, 0, "no memory for a demuxer"};
  context_->opaque = this;
  context_->interrupt_callback = {&on_check, this};
  context_->max_streams = kMaxStreams;
  if (!options_.live) context_->flags |= AVFMT_FLAG_GENPTS;
  if (options_.open_nested) {
    context_->io_open = &on_open;
    context_->io_close2 = &on_close;
    // Both would reach behind our contexts for sockets of libav's own.
    dictionary.set("http_persistent", "0");
    dictionary.set("http_multiple", "0");
  }
  for (const auto& [key, value] : options_.options) dictionary.set(key, value);
  dictionary.set("format_whitelist", joined(options_.format_whitelist));
  dictionary.set("codec_whitelist", kCodecWhitelist);
  // An empty list would mean "everything".
  dictionary.set("protocol_whitelist",
                 options_.protocol_whitelist.empty() ? "none" : joined(options_.protocol_whitelist));
  const bool rtsp = options_.format == "rtsp";
  if (rtsp) {
    dictionary.set("timeout", std::to_string(microseconds(socket_timeout())));
    dictionary.set("allowed_media_types", options_.audio ? "video+audio" : "video");
  } else {
    dictionary.set("rw_timeout", std::to_string(microseconds(options_.read_timeout)));
  }
  return std::nullopt;
}

std::optional<DemuxError> FfmpegDemuxer::open_input() {
  Options dictionary;
  if (auto error = prepare(dictionary)) return error;
  const auto& url = options_.url.reveal();
  if (options_.open_nested &&
      (format_ == nullptr || (format_->flags & AVFMT_NOFILE) == 0 || options_.format == "hls")) {
    // The first one is handed in ready-made: libav closes what it opened through io_open as if it were its own.
    if (int code = open_nested(&main_io_, url, nullptr, options_.open_nested, &nested_reason_); code < 0)
      return failed(code);
    context_->pb = main_io_;
    context_->flags |= AVFMT_FLAG_CUSTOM_IO;
  }
  // Frees and clears context_ when it fails.
  if (int code = avformat_open_input(&context_, url.c_str(), format_, dictionary.get()); code < 0) return failed(code);
  for (const auto& [key, value] : options_.options) {
    if (dictionary.has(key))
      return DemuxError{DemuxFault::NotAllowed, 0, "the option " + key + " does not exist for this source"};
  }
  return std::nullopt;
}

// True when the headers said all that CodecParams needs.
bool FfmpegDemuxer::knows_enough() const {
  if (std::string_view(context_->iformat->name) == "rtsp") return true;
  if (context_->nb_streams == 0 || (context_->ctx_flags & AVFMTCTX_NOHEADER) != 0) return false;
  for (unsigned i = 0; i < context_->nb_streams; ++i) {
    const auto& params = *context_->streams[i]->codecpar;
    if (params.codec_id == AV_CODEC_ID_NONE) return false;
    if (params.codec_type != AVMEDIA_TYPE_VIDEO) continue;
    bool in_header =
        params.extradata_size > 0 || params.codec_id == AV_CODEC_ID_MJPEG || params.codec_id == AV_CODEC_ID_PNG;
    if (params.width <= 0 || !in_header) return false;
  }
  return true;
}

std::optional<DemuxError> FfmpegDemuxer::analyse() {
  if (knows_enough()) return std::nullopt;
  context_->max_analyze_duration = std::max<std::int64_t>(1, microseconds(options_.analyse_time));
  context_->probesize = 4 << 20;
  context_->max_probe_packets = 500;
  int code = avformat_find_stream_info(context_, nullptr);
  if (must_end() || code < 0) return failed(code < 0 ? code : AVERROR_EXIT);
  return std::nullopt;
}

void FfmpegDemuxer::add_track(int stream) {
  auto& from = *context_->streams[stream];
  tracks_.push_back(std::unique_ptr<Track>(
      new Track{static_cast<int>(tracks_.size()), AccessUnitNormaliser(announced(from)), Timeline(options_.live)}));
  by_stream_[static_cast<std::size_t>(stream)] = tracks_.back().get();
  from.discard = AVDISCARD_DEFAULT;
}

std::optional<DemuxError> FfmpegDemuxer::make_tracks() {
  auto chosen = choose_streams(*context_, options_.audio);
  if (!chosen.ok()) return chosen.error();
  by_stream_.assign(context_->nb_streams, nullptr);
  for (unsigned i = 0; i < context_->nb_streams; ++i) context_->streams[i]->discard = AVDISCARD_ALL;
  for (int stream : chosen.value()) add_track(stream);
  return std::nullopt;
}

Demuxed<std::vector<ParamsPtr>> FfmpegDemuxer::open() {
  forget_last_error();
  begin(Phase::Opening, options_.open_timeout);
  if (must_end()) return failed(AVERROR_EXIT);
  if (auto error = open_input()) return *error;
  if (auto error = analyse()) return *error;
  if (auto error = make_tracks()) return *error;
  std::vector<ParamsPtr> out;
  for (unsigned i = 0; i < tracks_.size(); ++i) {
    auto params = tracks_[i]->normaliser.params();
    if (!params) {
      auto stream = std::find(by_stream_.begin(), by_stream_.end(), tracks_[i].get()) - by_stream_.begin();
      auto plain = announced(*context_->streams[stream]);
      plain.width = plain.height = 0;
      plain.extradata.clear();
      params = std::make_shared<const CodecParams>(std::move(plain));
    }
    out.push_back(std::move(params));
  }
  last_packet_.store(now(), std::memory_order_relaxed);
  return out;
}

std::optional<Packet> FfmpegDemuxer::take(const AVPacket& unit, Track& track) {
  if (unit.size <= 0 || unit.size > options_.max_unit_bytes) return std::nullopt;
  auto normal = track.normaliser.push({unit.data, static_cast<std::size_t>(unit.size)});
  if (!normal) {
    ++broken_units_;
    return std::nullopt;
  }
  broken_units_ = 0;
  if (normal->data.empty() || !normal->params) return std::nullopt;
  const auto& base = context_->streams[unit.stream_index]->time_base;
  auto ticks = [&](std::int64_t time) {
    return time == AV_NOPTS_VALUE ? std::nullopt : std::optional(Ticks(av_rescale_q(time, base, kTicks)));
  };
  // RTP carries presentation times only; libav's guess at the others is wrong where pictures are reordered.
  const bool rtp = std::string_view(context_->iformat->name) == "rtsp";
  auto pts = ticks(unit.pts);
  auto dts = rtp && pts ? std::nullopt : ticks(unit.dts);
  if (!pts && normal->params->reorder_depth == 0) pts = dts;
  auto stamp = track.timeline.next(dts, pts, normal->params->reorder_depth, now());
  Packet packet;
  packet.track = track.number;
  packet.dts = stamp.dts;
  packet.pts = stamp.pts;
  packet.received = options_.clock->wall();
  packet.key = normal->key;
  packet.discontinuity = stamp.discontinuity;
  packet.params = std::move(normal->params);
  packet.data = SharedBytes(std::move(normal->data));
  return packet;
}

Demuxed<Packet> FfmpegDemuxer::read() {
  if (tracks_.empty()) return DemuxError{DemuxFault::Io, 0, "the source is not open"};
  forget_last_error();
  nested_reason_.clear();
  begin(Phase::Reading, options_.read_timeout);
  // Units that make no packet (parts of pictures, pictures before the first parameter sets) are signs of life, for a
  // while.
  const auto patience = now() + kPatience * options_.read_timeout;
  while (true) {
    if (must_end()) return failed(AVERROR_EXIT);
    int code = av_read_frame(context_, unit_.get());
    if (code == AVERROR(EAGAIN)) {
      options_.clock->sleep(milliseconds(5), {});
      continue;
    }
    if (code < 0) return failed(code);
    // A read that we cut short makes libav hand out what its parser holds: half a picture.
    if (deadline_passed_) return failed(AVERROR_EXIT);
    const auto index = static_cast<std::size_t>(unit_->stream_index);
    auto* track = index < by_stream_.size() ? by_stream_[index] : nullptr;
    std::optional<Packet> packet;
    if (track != nullptr) {
      deadline_ = std::min(now() + options_.read_timeout, patience);
      last_packet_.store(now(), std::memory_order_relaxed);
      packet = take(*unit_, *track);
    }
    av_packet_unref(unit_.get());
    if (packet) return std::move(*packet);
    if (broken_units_ > kMaxBrokenUnits) {
      return DemuxError{DemuxFault::InvalidData, 0, "data comes, but no access units of the announced codec"};
    }
  }
}

}  // namespace

std::unique_ptr<Demuxer> make_demuxer(DemuxOptions options) {
  return std::make_unique<FfmpegDemuxer>(std::move(options));
}

}  // namespace vigil::media
