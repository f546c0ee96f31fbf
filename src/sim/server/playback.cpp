#include "sim/server/playback.h"

#include <algorithm>
#include <cmath>

namespace vigil::sim {
namespace {

constexpr Ticks kReportEvery{90000};

Ticks ticks_of(double seconds) {
  return Ticks(std::llround(seconds * 90000));
}

Ticks jump_of(const Fault& fault) {
  return fault.kind == FaultKind::ClockJump ? ticks_of(fault.amount) : Ticks(0);
}

bool is_video(const media::Packet& packet) {
  return packet.params->kind == media::TrackKind::Video;
}

}  // namespace

Playback::Playback(std::span<const rtsp::SetUpTrack> tracks, PacketSink& sink, std::uint32_t seed)
    : sink_(sink), random_(seed) {
  for (const auto& set_up : tracks) {
    media::RtpConfig config;
    config.payload_type = static_cast<std::uint8_t>(rtsp::payload_type_of(set_up.track));
    config.ssrc = set_up.ssrc;
    config.first_sequence = set_up.first_sequence;
    config.timestamp_offset = set_up.timestamp_offset;
    tracks_.push_back(Track{set_up, media::RtpPacketiser(config)});
  }
}

bool Playback::chance(double percent) {
  return std::uniform_real_distribution<double>(0, 100)(random_) < percent;
}

void Playback::unit(int number, const media::Packet& packet, const Fault& fault, Moment moment) {
  auto found = std::find_if(tracks_.begin(), tracks_.end(), [&](const Track& t) { return t.set_up.track == number; });
  if (found == tracks_.end() || broken_off_) return;
  auto& track = *found;
  if (!began_) began_ = moment.now;
  track.clock_rate = media::rtp_clock_rate(*packet.params);
  if (!track.next_report) track.next_report = moment.now;
  const bool muted = fault.kind == FaultKind::Silence || fault.kind == FaultKind::RtcpOnly;
  if (muted) {
    track.needs_key = true;
    track.delayed.clear();
    return;
  }
  disturbed(track, packet, fault, moment);
}

void Playback::disturbed(Track& track, media::Packet packet, const Fault& fault, Moment moment) {
  if (is_video(packet)) {
    if (fault.kind == FaultKind::Frozen && track.last_key) track.frozen = true;
    // Thawing waits for a key frame: what comes before builds on pictures that were never sent.
    if (fault.kind != FaultKind::Frozen && packet.key) track.frozen = false;
    if (track.frozen) {
      auto again = *track.last_key;
      again.dts = packet.dts;
      again.pts = packet.pts;
      packet = std::move(again);
    }
    if (packet.key && !track.frozen) track.last_key = packet;
    if (fault.kind == FaultKind::NoKeyframe) {
      if (packet.key) return;
    } else if (track.needs_key) {
      if (!packet.key) return;
      track.needs_key = false;
    }
  }
  if (fault.kind == FaultKind::SlowTrickle) {
    track.needs_key = true;
    if (track.trickle.empty()) {
      auto packets = track.rtp.packetise(packet);
      if (packets.ok()) track.trickle.assign(packets->begin(), packets->end());
      if (!track.next_drop) track.next_drop = moment.now;
    }
    return drip(track, fault, moment);
  }
  if (fault.kind == FaultKind::Jitter || !track.delayed.empty()) {
    const double late = fault.kind == FaultKind::Jitter ? fault.amount / 1000 : 0;
    auto due = moment.now + ticks_of(std::uniform_real_distribution<double>(0, late)(random_));
    // Late, but in order: that is what a queue in the network does.
    if (!track.delayed.empty()) due = std::max(due, track.delayed.back().due);
    track.delayed.push_back({due, std::move(packet)});
    return;
  }
  send(track, std::move(packet), fault, moment);
}

void Playback::send(Track& track, media::Packet packet, const Fault& fault, Moment moment) {
  packet.pts += jump_of(fault);
  auto packets = track.rtp.packetise(packet);
  if (!packets.ok()) return;  // nothing of it was counted, and the next key frame heals it
  if (fault.kind == FaultKind::Reset && moment.now - *began_ >= ticks_of(fault.amount)) {
    broken_off_ = true;
    return sink_.break_off(track.set_up, *packets);
  }
  if (fault.kind == FaultKind::UdpLoss && !track.set_up.transport.tcp) {
    std::erase_if(*packets, [&](const media::RtpPacket&) { return chance(fault.amount); });
  }
  sink_.send_rtp(track.set_up, *packets);
}

void Playback::drip(Track& track, const Fault& fault, Moment moment) {
  if (track.trickle.empty() || !track.next_drop || moment.now < *track.next_drop) return;
  sink_.send_rtp(track.set_up, std::span(&track.trickle.front(), 1));
  track.trickle.pop_front();
  track.next_drop = moment.now + ticks_of(fault.kind == FaultKind::SlowTrickle ? fault.amount : 0);
}

void Playback::report(Track& track, const Fault& fault, Moment moment) {
  if (!track.next_report || moment.now < *track.next_report) return;
  track.next_report = std::max(*track.next_report + kReportEvery, moment.now);
  if (fault.kind == FaultKind::Silence) return;
  const auto jump = jump_of(fault);
  const auto time = moment.now + jump;
  const auto rtp_time = static_cast<std::uint32_t>(time.count() / 90000 * track.clock_rate +
                                                   time.count() % 90000 * track.clock_rate / 90000) +
                        track.set_up.timestamp_offset;
  const auto wall = moment.wall + std::chrono::duration_cast<std::chrono::microseconds>(jump);
  sink_.send_rtcp(track.set_up, media::rtcp_sender_report(track.rtp, rtp_time, wall));
}

void Playback::tick(const Fault& fault, Moment moment) {
  for (auto& track : tracks_) {
    if (broken_off_) return;
    while (!track.delayed.empty() && track.delayed.front().due <= moment.now && !broken_off_) {
      auto packet = std::move(track.delayed.front().packet);
      track.delayed.pop_front();
      send(track, std::move(packet), fault, moment);
    }
    if (fault.kind != FaultKind::SlowTrickle && !track.trickle.empty()) {
      // The rest of the picture, so that no sequence number is missing, and then the stream goes on.
      while (!track.trickle.empty()) {
        sink_.send_rtp(track.set_up, std::span(&track.trickle.front(), 1));
        track.trickle.pop_front();
      }
    }
    if (fault.kind != FaultKind::SlowTrickle) track.next_drop.reset();
    drip(track, fault, moment);
    if (!broken_off_) report(track, fault, moment);
  }
}

std::optional<Ticks> Playback::next_tick() const {
  std::optional<Ticks> next;
  auto sooner = [&](Ticks time) { next = next ? std::min(*next, time) : time; };
  if (broken_off_) return next;
  for (const auto& track : tracks_) {
    if (!track.delayed.empty()) sooner(track.delayed.front().due);
    if (!track.trickle.empty() && track.next_drop) sooner(*track.next_drop);
    if (track.next_report) sooner(*track.next_report);
  }
  return next;
}

}  // namespace vigil::sim
