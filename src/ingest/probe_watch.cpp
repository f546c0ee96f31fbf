#include "ingest/probe_watch.h"

#include <fmt/format.h>

#include <cmath>

namespace vigil::ingest {
namespace {

using Seconds = std::chrono::duration<double>;

constexpr Seconds kBurst{1.0};
constexpr double kLongGop = 4.0;
constexpr std::size_t kMaxTracks = 16;

double seconds(Ticks ticks) {
  return Seconds(ticks).count();
}

bool has_key_frames(media::Codec codec) {
  return codec == media::Codec::H264 || codec == media::Codec::H265 || codec == media::Codec::Mpeg4;
}

}  // namespace

ProbeWatch::ProbeWatch(const SourceInfo& info) {
  for (const auto& params : info.tracks) {
    if (tracks_.size() < kMaxTracks) tracks_.push_back(Track{params, 0, 0, {}, {}, {}, {}});
  }
}

void ProbeWatch::add(const media::Packet& packet, SteadyTime now) {
  auto index = static_cast<std::size_t>(packet.track);
  if (index >= kMaxTracks) return;
  if (index >= tracks_.size()) tracks_.resize(index + 1);
  auto& track = tracks_[index];
  track.params = packet.params;
  ++track.packets;
  track.bytes += packet.data.size();
  if (track.first && !track.second) track.second = packet.dts;
  if (!track.first) track.first = packet.dts;
  track.last = packet.dts;
  if (packet.track != 0) return;
  if (packet.key) {
    if (track.keys.size() == 2) track.keys.erase(track.keys.begin());
    track.keys.push_back(packet.dts);
  }
  if (!begin_) begin_ = now;
  if (!settled_ && Seconds(now - *begin_) >= kBurst) {
    settled_ = now;
    settled_dts_ = packet.dts;
  }
  newest_ = now;
}

double ProbeWatch::gop_seconds() const {
  if (tracks_.empty() || tracks_[0].keys.size() < 2) return 0;
  return seconds(tracks_[0].keys[1] - tracks_[0].keys[0]);
}

double ProbeWatch::frames_per_second(const Track& track) {
  if (track.packets < 2) return 0;
  // The distance of the first two is often wrong: a camera joins in between, a server sends its newest key frame first.
  bool many = track.packets > 2 && *track.last > *track.second;
  auto span = seconds(*track.last - (many ? *track.second : *track.first));
  return span > 0 ? static_cast<double>(track.packets - (many ? 2 : 1)) / span : 0;
}

std::vector<ProbeTrack> ProbeWatch::tracks() const {
  std::vector<ProbeTrack> found;
  for (const auto& track : tracks_) {
    if (!track.params) continue;
    ProbeTrack out;
    bool video = track.params->kind == media::TrackKind::Video;
    out.kind = video ? "video" : "audio";
    out.codec = media::codec_name(track.params->codec);
    out.width = track.params->width;
    out.height = track.params->height;
    out.sample_rate = track.params->sample_rate;
    out.channels = track.params->channels;
    if (video) out.fps = std::round(frames_per_second(track) * 100) / 100;
    if (video && has_key_frames(track.params->codec)) out.gop_seconds = std::round(gop_seconds() * 100) / 100;
    found.push_back(std::move(out));
  }
  return found;
}

double ProbeWatch::bits_per_second() const {
  if (tracks_.empty() || tracks_[0].packets < 2) return 0;
  auto span = seconds(*tracks_[0].last - *tracks_[0].first);
  if (span < 0.2) return 0;
  // The last picture's own time is not in the span.
  span *= static_cast<double>(tracks_[0].packets) / static_cast<double>(tracks_[0].packets - 1);
  std::uint64_t bytes = 0;
  for (const auto& track : tracks_) bytes += track.bytes;
  return std::round(static_cast<double>(bytes) * 8 / span);
}

std::vector<std::string> ProbeWatch::advice(model::Transport wanted, const std::string& transport) const {
  std::vector<std::string> texts;
  if (tracks_.empty() || !tracks_[0].params) return texts;
  const auto& video = tracks_[0];
  if (has_key_frames(video.params->codec)) {
    auto gop = gop_seconds();
    double watched = video.first ? seconds(*video.last - *video.first) : 0;
    if (gop > kLongGop) {
      texts.push_back(
          fmt::format("key frames come every {:.0f} s: live view starts late and seeking is coarse; set the "
                      "camera's key frame interval to 1 to 2 s",
                      gop));
    } else if (gop == 0 && watched >= 2.5) {
      texts.push_back(
          fmt::format("fewer than two key frames came in {:.0f} s: live view starts late; set the camera's key "
                      "frame interval to 1 to 2 s",
                      watched));
    }
  }
  if (video.params->codec == media::Codec::H265) {
    texts.emplace_back("H.265 saves room, but not every browser shows it: let the camera's sub-stream be H.264");
  }
  if (transport == "udp" && wanted != model::Transport::Udp) {
    texts.emplace_back("the camera sends over UDP only: pictures break where the network loses packets");
  }
  if (transport == "tcp" && wanted == model::Transport::Udp) {
    texts.emplace_back("nothing came over UDP, so TCP is used: set the transport to tcp to connect faster");
  }
  if (video.params->height > 1080 || video.params->width > 1920) {
    texts.push_back(
        fmt::format("{} x {} is a lot to show and to analyse: add the camera's sub-stream for live view and "
                    "analysis, and record this one",
                    video.params->width, video.params->height));
  }
  if (settled_ && Seconds(*newest_ - *settled_).count() >= 1.5) {
    auto ours = Seconds(*newest_ - *settled_).count();
    auto theirs = seconds(*video.last - settled_dts_);
    if (std::abs(theirs - ours) > 0.2 * ours) {
      texts.push_back(
          fmt::format("the camera's time stamps run at {:.0f} % of real time: check its frame rate setting and "
                      "firmware",
                      100 * theirs / ours));
    }
  }
  return texts;
}

}  // namespace vigil::ingest
