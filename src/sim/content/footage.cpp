#include "sim/content/footage.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "base/log.h"
#include "media/decoder.h"
#include "media/demuxer.h"
#include "media/encoder.h"
#include "media/scaler.h"

namespace vigil::sim {
namespace {

constexpr std::size_t kMaxBytes = 256 << 20;
constexpr Ticks kMaxTime = std::chrono::minutes(20);
constexpr Ticks kMaxGop = std::chrono::seconds(2);

Ticks ticks_of(double seconds) {
  return Ticks(static_cast<std::int64_t>(seconds * 90000));
}

Error unreadable(const std::string& path, const std::string& why) {
  return make_error(ErrorKind::InvalidArgument, "cannot play " + path + ": " + why, "sim.file");
}

// Mean time from picture to picture, and the longest way from one key frame to the next.
void measure(Footage& footage) {
  auto& packets = footage.packets;
  const auto first = packets.front().dts;
  for (auto& packet : packets) {
    packet.dts -= first;
    packet.pts -= first;
  }
  const auto pictures = static_cast<std::int64_t>(packets.size());
  footage.frame = pictures > 1 ? packets.back().dts / (pictures - 1) : ticks_of(0.04);
  footage.frame = std::max(footage.frame, Ticks(90));
  Ticks last_key{0};
  for (const auto& packet : packets) {
    footage.longest_gop = std::max(footage.longest_gop, packet.dts - last_key);
    if (packet.key) last_key = packet.dts;
  }
  const auto& params = *packets.front().params;
  footage.codec = params.codec;
  footage.width = params.width;
  footage.height = params.height;
}

// Footage in a codec that cameras do not speak (an old AVI file): there is nothing to pass through.
Result<Footage> foreign_footage(const std::string& path) {
  auto file = media::open_video_file(path);
  if (!file.ok()) return unreadable(path, file.error().message);
  Footage footage;
  footage.file = std::move(*file);
  footage.width = footage.file->width();
  footage.height = footage.file->height();
  footage.frame = ticks_of(1 / std::clamp(footage.file->fps(), 1.0, 240.0));
  return footage;
}

int even(int length) {
  return std::clamp(length / 2 * 2, 16, 8192);
}

}  // namespace

Result<Footage> read_footage(const std::string& path) {
  media::DemuxOptions options;
  // With the protocol written out a path can never be taken for another one ("concat:…").
  options.url = Secret("file:" + path);
  options.format_whitelist = {"avi", "mov", "matroska", "mpegts", "mpeg", "flv", "h264", "hevc"};
  options.protocol_whitelist = {"file"};
  options.live = false;
  options.audio = false;
  auto demuxer = media::make_demuxer(std::move(options));
  if (auto tracks = demuxer->open(); !tracks.ok()) {
    if (tracks.error().fault == media::DemuxFault::NotAllowed) return foreign_footage(path);
    return unreadable(path, tracks.error().message);
  }
  Footage footage;
  std::size_t bytes = 0;
  for (;;) {
    auto packet = demuxer->read();
    if (!packet.ok()) {
      if (footage.packets.empty()) return unreadable(path, packet.error().message);
      if (packet.error().fault != media::DemuxFault::End) {
        log::warn("simulator: the file is broken, what comes before is played",
                  {{"file", path}, {"reason", packet.error().message}});
      }
      break;
    }
    auto& unit = packet.value();
    if (unit.track != 0 || (footage.packets.empty() && !unit.key)) continue;
    bytes += unit.data.size();
    if (bytes > kMaxBytes || (!footage.packets.empty() && unit.dts - footage.packets.front().dts > kMaxTime)) {
      log::warn("simulator: the file is long, only its beginning is played", {{"file", path}});
      break;
    }
    footage.packets.push_back(std::move(unit));
  }
  if (footage.packets.empty()) return unreadable(path, "it has no pictures");
  measure(footage);
  return footage;
}

Size sub_size(Size main) {
  const int width = main.width > 480 ? 320 : main.width / 2;
  return {even(width), even(main.height * width / std::max(main.width, 1))};
}

struct ReelMaker::Work {
  Work(std::shared_ptr<Reel> main_reel, std::shared_ptr<Reel> sub_reel, Footage source)
      : footage(std::move(source)), main(main_reel, footage.frame), sub(sub_reel, footage.frame) {}

  // One stream to be encoded.
  struct Track {
    Track(const std::shared_ptr<Reel>& reel, Ticks frame) : cutter(*reel, frame) {}

    Result<void> open(Size size, const ReelOptions& wanted, int bitrate_kbps, double fps) {
      media::EncoderOptions options;
      options.codec = wanted.codec;
      options.width = size.width;
      options.height = size.height;
      options.fps = std::clamp(fps, 1.0, 240.0);
      options.bitrate_kbps = bitrate_kbps;
      gop = ticks_of(wanted.gop_s);
      VIGIL_ASSIGN(encoder, media::make_encoder(options));
      scaler.emplace(size.width, size.height);
      return {};
    }

    Result<void> push(const media::FramePtr& frame, Ticks half_a_frame) {
      if (!encoder) return {};
      VIGIL_ASSIGN(auto scaled, scaler->scale(frame));
      // Times that do not advance (broken files) would stop an encoder.
      if (last_pts && frame->pts <= *last_pts) return {};
      last_pts = frame->pts;
      const bool key = !next_key || frame->pts + half_a_frame >= *next_key;
      // From the last due time, not from the picture's: else rounding would add up.
      if (key) next_key = std::max(next_key.value_or(frame->pts) + gop, frame->pts + half_a_frame);
      VIGIL_ASSIGN(auto packets, encoder->encode(*scaled, key));
      for (auto& packet : packets) cutter.push(std::move(packet));
      return {};
    }

    Result<void> finish() {
      if (encoder) {
        VIGIL_ASSIGN(auto packets, encoder->flush());
        for (auto& packet : packets) cutter.push(std::move(packet));
      }
      cutter.finish();
      return {};
    }

    GopCutter cutter;
    Ticks gop{0};
    std::unique_ptr<media::Encoder> encoder;  // null: goes out as it is
    std::optional<media::Scaler> scaler;
    std::optional<Ticks> next_key, last_pts;
  };

  void release() {
    decoder.reset();
    footage.packets = {};
    footage.file.reset();
    for (auto* track : {&main, &sub}) {
      track->encoder.reset();
      track->scaler.reset();
    }
  }

  bool at_end() const { return footage.file ? file_ended : flushed; }

  // What the next bit of the footage decodes to: maybe nothing yet.
  Result<std::vector<media::FramePtr>> next_frames() {
    if (footage.file) {
      auto frame = footage.file->read();
      if (frame.ok() && *frame && (*frame)->pts <= kMaxTime) return std::vector<media::FramePtr>{std::move(*frame)};
      file_ended = true;
      return std::vector<media::FramePtr>();
    }
    if (next < footage.packets.size()) return decoder->decode(footage.packets[next++]);
    return std::exchange(flushed, true) ? std::vector<media::FramePtr>() : decoder->flush();
  }

  Result<void> push(const std::vector<media::FramePtr>& frames) {
    for (const auto& frame : frames) {
      VIGIL_TRY(main.push(frame, footage.frame / 2));
      VIGIL_TRY(sub.push(frame, footage.frame / 2));
    }
    return {};
  }

  Footage footage;
  std::size_t next = 0;
  bool passes = false, done = false, file_ended = false, flushed = false;
  std::unique_ptr<media::Decoder> decoder;  // null: the footage decodes itself
  Track main, sub;
};

ReelMaker::ReelMaker(std::unique_ptr<Work> work) : work_(std::move(work)) {}
ReelMaker::~ReelMaker() = default;

bool ReelMaker::passes_through() const {
  return work_->passes;
}
Ticks ReelMaker::frame() const {
  return work_->footage.frame;
}

Result<std::unique_ptr<ReelMaker>> ReelMaker::make(Footage footage, const ReelOptions& options) {
  const Size main_size{even(options.width > 0 ? options.width : footage.width),
                       even(options.height > 0 ? options.height : footage.height)};
  const double fps = 90000.0 / static_cast<double>(footage.frame.count());
  auto main = std::make_shared<Reel>();
  auto sub = std::make_shared<Reel>();
  auto work = std::make_unique<Work>(main, sub, std::move(footage));
  const auto& source = work->footage;
  work->passes = source.codec == options.codec && source.longest_gop <= kMaxGop && options.bitrate_kbps == 0 &&
                 (options.width == 0 || options.width == source.width) &&
                 (options.height == 0 || options.height == source.height);
  if (!source.file) {
    VIGIL_ASSIGN(work->decoder, media::make_decoder(*source.packets.front().params));
  }
  if (work->passes) {
    for (const auto& packet : source.packets) work->main.cutter.push(packet);
  } else {
    VIGIL_TRY(work->main.open(main_size, options, options.bitrate_kbps, fps));
  }
  VIGIL_TRY(work->sub.open(sub_size(main_size), options, 0, fps));
  auto maker = std::unique_ptr<ReelMaker>(new ReelMaker(std::move(work)));
  maker->main_ = std::move(main);
  maker->sub_ = std::move(sub);
  if (maker->work_->passes) maker->work_->main.cutter.finish();
  return maker;
}

Result<bool> ReelMaker::step() {
  auto& w = *work_;
  if (w.done) return false;
  auto finish = [&]() -> Result<bool> {
    w.done = true;
    if (!w.passes) VIGIL_TRY(w.main.finish());
    VIGIL_TRY(w.sub.finish());
    w.release();  // a large part of what the simulator holds
    return false;
  };
  auto frames = w.next_frames();
  if (!frames.ok()) return true;  // a broken picture is left out
  if (frames->empty() && w.at_end()) return finish();
  if (auto pushed = w.push(*frames); !pushed.ok()) {
    (void)finish();
    return pushed.error();
  }
  return true;
}

}  // namespace vigil::sim
