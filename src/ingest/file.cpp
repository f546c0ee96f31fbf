#include "ingest/file.h"

#include <fmt/format.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <system_error>
#include <utility>

namespace vigil::ingest {
namespace {

using media::DemuxFault;
using model::FailureReason;

constexpr Ticks kShortestFrame{90};  // a millisecond; keeps a broken file from looping without pause
constexpr Ticks kLongestFrame{2 * 90000};

Outcome<std::string> regular_file(const std::optional<Url>& url) {
  if (!url) return Failure{FailureReason::Internal, "a file camera needs a URL"};
  auto path = percent_decode(url->path);
  if (url->scheme != "file" || !url->host.empty() || !path || path->empty() || path->front() != '/') {
    return Failure{FailureReason::NotFound, "a file is given as file:///absolute/path"};
  }
  struct stat info {};
  if (stat(path->c_str(), &info) != 0) {
    return Failure{FailureReason::NotFound, fmt::format("{}: {}", *path, std::generic_category().message(errno))};
  }
  if (!S_ISREG(info.st_mode)) return Failure{FailureReason::NotFound, fmt::format("{} is not a regular file", *path)};
  return *path;
}

}  // namespace

FileSource::FileSource(const SourceConfig& config, Clock& clock) : config_(config), clock_(clock), pacer_(clock) {}

media::Demuxed<std::vector<media::ParamsPtr>> FileSource::start() {
  media::DemuxOptions options;
  options.url = Secret(path_);
  // No playlists (hls, concat, dash, sdp): they would open files and addresses that nobody named.
  options.format_whitelist = {"mov", "mp4", "m4a",  "3gp",  "matroska", "webm", "mpegts",
                              "avi", "flv", "h264", "hevc", "mjpeg",    "m4v"};
  options.protocol_whitelist = {"file"};
  options.open_timeout = config_.connect_timeout;
  options.read_timeout = config_.read_timeout;
  options.live = false;
  options.clock = &clock_;
  seen_ = false;
  shift_.reset();
  demuxer_ = std::make_unique<StoppableDemuxer>(std::move(options), stop_.get_token());
  return (*demuxer_)->open();
}

Outcome<SourceInfo> FileSource::open() {
  auto path = regular_file(config_.stream.url);
  if (!path.ok()) return path.failure();
  path_ = path.value();
  auto tracks = start();
  if (!tracks.ok()) return failure_of(tracks.error(), path_, false);
  return SourceInfo{"", std::move(tracks.value())};
}

Outcome<bool> FileSource::begin_again() {
  if (!seen_) return Failure{FailureReason::NoVideo, path_ + " holds no picture"};
  if (!config_.loop) return Failure{FailureReason::Ended, path_ + " was played to its end"};
  auto tracks = start();
  if (!tracks.ok()) return failure_of(tracks.error(), path_, true);
  return true;
}

// Gives the packet its place on one time line over all rounds.
void FileSource::put_in_line(media::Packet& packet) {
  auto track = static_cast<std::size_t>(packet.track);
  if (last_.size() <= track) last_.resize(track + 1);
  if (!shift_) {
    std::optional<Ticks> end;
    for (const auto& last : last_) end = std::max(end, last);
    shift_ = end ? *end + frame_ - packet.dts : Ticks(0);
  }
  packet.dts += *shift_;
  packet.pts += *shift_;
  auto& last = last_[track];
  if (last && packet.dts <= *last) {
    auto push = *last + Ticks(1) - packet.dts;
    packet.dts += push;
    packet.pts = std::max(packet.pts, packet.dts);
  }
  if (last && track == 0) frame_ = std::clamp(packet.dts - *last, kShortestFrame, kLongestFrame);
  last = packet.dts;
}

Outcome<media::Packet> FileSource::read() {
  for (;;) {
    auto packet = (*demuxer_)->read();
    if (packet.ok()) {
      seen_ = true;
      put_in_line(packet.value());
      if (!pacer_.wait(packet.value().dts, stop_.get_token())) return Failure{FailureReason::Stopped, "stopped"};
      packet.value().received = clock_.wall();
      return std::move(packet.value());
    }
    if (packet.error().fault != DemuxFault::End) return failure_of(packet.error(), path_, seen_);
    auto again = begin_again();
    if (!again.ok()) return again.failure();
  }
}

void FileSource::interrupt() {
  stop_.request_stop();
}

}  // namespace vigil::ingest
