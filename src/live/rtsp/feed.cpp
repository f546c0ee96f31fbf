#include "live/rtsp/feed.h"

#include <fmt/format.h>

#include <algorithm>
#include <random>

#include "live/rtp/header.h"
#include "live/rtp/rtcp.h"
#include "live/rtp/unit.h"
#include "media/rtp.h"
#include "media/sdp.h"

namespace vigil::live::rtsp {
namespace {

using namespace std::chrono_literals;

constexpr std::size_t kMaxPayload = 1400;  // 1452 with IPv6, UDP and RTP headers
constexpr std::size_t kMaxBytes = 48u << 20;
constexpr auto kKept = 2s;           // of the group before the newest one
constexpr std::int64_t kCreep = 20;  // µs a unit, so that an offset that was too small for once is forgotten
constexpr std::string_view kName = "vigil";

std::int64_t micros(Ticks time) {
  return time.count() * 100 / 9;
}

std::uint32_t random_bits() {
  static std::random_device device;
  return device();
}

// Room for a frame of `size` bytes at the end of `out`, its '$' head written.
std::span<std::uint8_t> add_frame(std::vector<std::uint8_t>& out, std::uint8_t channel, std::size_t size) {
  out.insert(out.end(), {'$', channel, static_cast<std::uint8_t>(size >> 8), static_cast<std::uint8_t>(size & 0xff)});
  out.resize(out.size() + size);
  return std::span(out).last(size);
}

std::vector<std::uint8_t> as_frame(std::uint8_t channel, std::span<const std::uint8_t> bytes) {
  std::vector<std::uint8_t> out;
  std::copy(bytes.begin(), bytes.end(), add_frame(out, channel, bytes.size()).begin());
  return out;
}

std::uint8_t payload_type_of(int track, const media::CodecParams& params) {
  const bool telephone = params.sample_rate == 8000 && params.channels == 1;  // RFC 3551 has numbers for these only
  if (params.codec == media::Codec::Pcmu && telephone) return 0;
  if (params.codec == media::Codec::Pcma && telephone) return 8;
  return static_cast<std::uint8_t>(96 + track);
}

constexpr int kMostTracks = 16;

}  // namespace

Feed::Feed(std::shared_ptr<stream::Stream> stream, std::shared_ptr<const void> hold)
    : stream_(std::move(stream)), hold_(std::move(hold)), cursor_(stream_->open(stream::Start::NewestKeyFrame)) {}

std::map<int, media::ParamsPtr> sendable_tracks(const stream::Stream& stream) {
  auto out = stream.tracks();
  std::erase_if(
      out, [](const auto& track) { return !media::rtp_supports(track.second->codec) || track.first >= kMostTracks; });
  return out;
}

std::string describe(const stream::Stream& stream, const std::string& address) {
  std::vector<media::SdpTrack> described;
  for (const auto& [number, params] : sendable_tracks(stream)) {
    described.push_back({params, payload_type_of(number, *params), fmt::format("trackID={}", number)});
  }
  media::SdpSession session;
  session.origin_address = address;
  session.id = 1 + static_cast<std::uint64_t>(random_bits());
  return media::write_sdp(session, described);
}

Feed::Track& Feed::track_of(const media::Packet& packet) {
  auto [found, fresh] = tracks_.try_emplace(packet.track);
  auto& track = found->second;
  if (fresh) {
    track.codec = packet.params->codec;
    track.clock_rate = media::rtp_clock_rate(*packet.params);
    track.payload_type = payload_type_of(packet.track, *packet.params);
    track.ssrc = random_bits();
    track.offset = random_bits();
    track.next_sequence = static_cast<std::uint16_t>(random_bits());
  }
  return track;
}

bool Feed::pump() {
  for (;;) {
    auto next = cursor_.try_next();
    if (auto* packet = std::get_if<media::PacketPtr>(&next)) {
      if (!take(std::move(*packet))) return false;
    } else if (std::holds_alternative<stream::Lagged>(next)) {
      drop_until(end());
    } else {
      trim();
      return !std::holds_alternative<stream::Closed>(next);
    }
  }
}

// False: the track became something else.
bool Feed::take(media::PacketPtr packet) {
  if (!media::rtp_supports(packet->params->codec) || packet->track >= kMostTracks) return true;
  auto cut = rtp::cut(packet, kMaxPayload);
  if (!cut.ok()) return true;  // broken: the camera's next key frame mends it
  auto& track = track_of(*packet);
  if (track.codec != packet->params->codec || track.clock_rate != media::rtp_clock_rate(*packet->params)) return false;
  const auto offset = packet->received.time_since_epoch().count() - micros(packet->pts);
  const bool anew = !track.wall_offset_us || packet->discontinuity || offset - *track.wall_offset_us > 10'000'000;
  track.wall_offset_us = anew ? offset : std::min(offset, *track.wall_offset_us + kCreep);

  auto unit = std::make_shared<Unit>();
  unit->track = packet->track;
  unit->video_key = packet->key && packet->params->kind == media::TrackKind::Video;
  unit->timestamp = (*cut)->timestamp + track.offset;
  unit->sequence = track.next_sequence;
  unit->frames.reserve((*cut)->payload_bytes + (*cut)->pieces.size() * (4 + rtp::kHeaderSize));
  for (const auto& piece : (*cut)->pieces) {
    auto room = add_frame(unit->frames, channel_of(packet->track), rtp::kHeaderSize + piece.size());
    rtp::write({track.payload_type, piece.marker, track.next_sequence++, unit->timestamp + piece.later, track.ssrc}, {},
               piece, room);
    ++track.packets;
    track.octets += static_cast<std::uint32_t>(piece.size());
  }
  if (unit->video_key) keys_.push_back(end());
  bytes_ += unit->frames.size();
  units_.push_back(std::move(unit));
  received_.push_back(packet->received);
  if (bytes_ > kMaxBytes) trim();
  return true;
}

std::uint64_t Feed::join_at() const {
  return keys_.empty() ? end() : keys_.back();
}

void Feed::trim() {
  if (units_.empty()) return;
  const auto newest = received_.back();
  // The second key frame is the first that is needed once it is old enough itself.
  while (keys_.size() > 1 && newest - received_[keys_[1] - first_] > kKept) drop_until(keys_[1]);
  if (!keys_.empty() && keys_.front() > first_ && keys_.size() == 1 && newest - received_[keys_[0] - first_] > kKept)
    drop_until(keys_[0]);
  while (bytes_ > kMaxBytes && keys_.size() > 1) drop_until(keys_[1]);
  if (bytes_ > kMaxBytes) drop_until(end());
  while (keys_.empty() && newest - received_.front() > kKept && units_.size() > 1) drop_until(first_ + 1);
}

void Feed::drop_until(std::uint64_t number) {
  while (first_ < number && !units_.empty()) {
    bytes_ -= units_.front()->frames.size();
    units_.pop_front();
    received_.pop_front();
    ++first_;
  }
  while (!keys_.empty() && keys_.front() < first_) keys_.pop_front();
}

std::vector<std::uint8_t> Feed::sender_report(int number, WallTime now) const {
  auto found = tracks_.find(number);
  if (found == tracks_.end() || !found->second.wall_offset_us) return {};
  const auto& track = found->second;
  const Ticks media((now.time_since_epoch().count() - *track.wall_offset_us) * 9 / 100);
  rtp::SenderInfo info;
  info.ssrc = track.ssrc;
  info.ntp = rtp::ntp_time(now);
  info.timestamp = rtp::rtp_time(media, track.clock_rate) + track.offset;
  info.packets = track.packets;
  info.octets = track.octets;
  return as_frame(static_cast<std::uint8_t>(channel_of(number) + 1), rtp::sender_report(info, kName));
}

std::vector<std::uint8_t> Feed::goodbye(int number) const {
  auto found = tracks_.find(number);
  if (found == tracks_.end()) return {};
  return as_frame(static_cast<std::uint8_t>(channel_of(number) + 1), rtp::goodbye(found->second.ssrc));
}

}  // namespace vigil::live::rtsp
