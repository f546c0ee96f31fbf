#include "live/webrtc/sender.h"

#include <algorithm>
#include <cstring>

#include "live/rtp/header.h"
#include "live/webrtc/srtp.h"
#include "media/rtp.h"

namespace vigil::live::webrtc {
namespace {

using namespace std::chrono_literals;

// Bytes a second. A key frame must be there soon; a burst sooner still, though not so fast that routers lose it.
constexpr double kLeastRate = 2e6, kLeastBurstRate = 6e6;
constexpr double kHeadroom = 2.5, kBurstHeadroom = 5;
constexpr auto kDepth = 15ms;  // of the token bucket
constexpr double kPacket = 1200;
constexpr auto kReportInterval = 1s;
constexpr auto kBurstPause = 1s;                                  // between two answers to requests for a picture
constexpr Ticks kTooLate{90000 * 3 / 2};                          // behind live: on to the newest key frame
constexpr std::size_t kVideoHistory = 1024, kAudioHistory = 128;  // powers of two
constexpr std::uint32_t kAgainPauseMs = 25;
constexpr std::uint32_t kBurstStep = 90;        // 1 ms between two pictures of a burst
constexpr std::uint16_t kMaxPlayoutDelay = 20;  // of 10 ms each: the most that a player may wait

std::uint32_t milliseconds(SteadyTime now) {
  return static_cast<std::uint32_t>(
      std::chrono::duration_cast<std::chrono::milliseconds>(now.time_since_epoch()).count());
}

bool is_video(const rtp::Unit& unit) {
  return unit.packet->params->kind == media::TrackKind::Video;
}

// a before b, on a clock that wraps
bool before(std::uint32_t a, std::uint32_t b) {
  return static_cast<std::int32_t>(a - b) < 0;
}

}  // namespace

Sender::Sender(const Agreement& agreement, std::uint64_t seed) {
  auto set_up = [&](Track& track, const std::optional<SentTrack>& agreed, std::size_t history) {
    if (!agreed) return;
    track.on = true;
    track.agreed = *agreed;
    track.history.resize(history);
    // Half of the numbers, so that the first wrap is far away (RFC 3711, 3.3.1, wants the first ROC to be guessed).
    track.sequence = static_cast<std::uint16_t>(seed & 0x7fff);
    track.rtx_sequence = static_cast<std::uint16_t>(seed >> 16 & 0x7fff);
    track.offset = static_cast<std::uint32_t>(seed >> 32);
    seed = seed * 6364136223846793005u + 1442695040888963407u;
  };
  set_up(video_, agreement.video, kVideoHistory);
  set_up(audio_, agreement.audio, kAudioHistory);
  buffer_.resize(1500 + Srtp::kTrailer);
}

Sender::Track* Sender::track_of(const rtp::Unit& unit) {
  auto& track = is_video(unit) ? video_ : audio_;
  return track.on && track.agreed.track == unit.packet->track ? &track : nullptr;
}

void Sender::refill(const Feed& feed, SteadyTime now) {
  const bool burst = position_ < burst_end_;
  rate_ = burst ? std::max(kLeastBurstRate, kBurstHeadroom * feed.bytes_per_second())
                : std::max(kLeastRate, kHeadroom * feed.bytes_per_second());
  const auto depth = std::max(rate_ * std::chrono::duration<double>(kDepth).count(), 8 * kPacket);
  if (!refilled_) {
    budget_ = depth;
    again_budget_ = depth;
  } else {
    const auto passed = std::chrono::duration<double>(now - *refilled_).count();
    budget_ = std::min(depth, budget_ + passed * rate_);
    again_budget_ = std::min(8 * depth, again_budget_ + passed * rate_ / 2);
  }
  refilled_ = now;
}

// Goes to the newest key frame; the pictures from there to the newest one are a burst.
void Sender::begin_burst(const Feed& feed) {
  position_ = feed.newest_key().value_or(feed.end());
  piece_ = 0;
  burst_end_ = feed.newest_key() ? feed.end() : 0;
  const auto pictures = static_cast<std::uint32_t>(std::min<std::uint64_t>(feed.pictures_in_group(), 1u << 20));
  const auto newest = feed.newest_picture() + video_.offset;
  burst_step_ = kBurstStep;
  burst_time_ = newest - burst_step_ * (pictures > 0 ? pictures - 1 : 0);
  if (video_.last_timestamp && !before(*video_.last_timestamp, burst_time_)) {
    // What was sent last must not be overtaken: the burst fits between it and the picture that comes next.
    const auto limit = newest + feed.picture_interval() / 2;
    const auto room = before(*video_.last_timestamp, limit) ? limit - *video_.last_timestamp : 1u;
    burst_step_ = std::clamp<std::uint32_t>(room / (pictures + 1), 1, kBurstStep);
    burst_time_ = *video_.last_timestamp + burst_step_;
  }
}

bool Sender::skip_if_late(const Feed& feed) {
  const auto key = feed.newest_key();
  bool late = position_ < feed.begin();
  if (!late && key && *key > position_ && feed.end() > position_) {
    late = feed.at(feed.end() - 1)->packet->pts - feed.at(position_)->packet->pts > kTooLate;
  }
  if (!late) return false;
  const auto from = std::max(position_, feed.begin());
  const auto to = key.value_or(feed.end());
  if (position_ < feed.begin()) figures_.skipped_pictures += feed.begin() - position_;
  for (auto number = from; number < to; ++number) figures_.skipped_pictures += is_video(*feed.at(number)) ? 1 : 0;
  begin_burst(feed);
  ++figures_.bursts;
  return true;
}

std::optional<SteadyTime> Sender::run(const Feed& feed, SteadyTime now, WallTime wall, Outlet& out) {
  if (!begun_) {
    // Sound alone does not wait for a picture; a picture is waited for.
    if (video_.on && !feed.newest_key()) return std::nullopt;
    begun_ = true;
    begin_burst(feed);
    last_burst_ = now;
  }
  skip_if_late(feed);
  refill(feed, now);
  while (position_ < feed.end() && fault_ == Fault::None) {
    if (!out.ready()) return std::nullopt;
    if (!send_unit(feed, position_, out)) {
      const auto wait = std::chrono::duration<double>((4 * kPacket - budget_) / rate_);
      return now + std::max<Nanos>(std::chrono::duration_cast<Nanos>(wait), 1ms);
    }
    ++position_;
    piece_ = 0;
  }
  report(feed, now, wall, out);
  return std::nullopt;
}

bool Sender::check(Track& track, const rtp::Unit& unit) {
  const auto& params = *unit.packet->params;
  if (track.codec == media::Codec::Other) {
    track.codec = params.codec;
    track.rate = media::rtp_clock_rate(params);
  } else if (track.codec != params.codec || track.rate != media::rtp_clock_rate(params)) {
    fault_ = Fault::CodecChanged;
  }
  if (params.kind == media::TrackKind::Video && params.reorder_depth > 0) fault_ = Fault::Reordered;
  return fault_ == Fault::None;
}

std::uint32_t Sender::timestamp_of(Track& track, std::uint64_t number, const rtp::Unit& unit) {
  auto out = unit.timestamp + track.offset;
  if (&track == &video_ && number < burst_end_) {
    out = burst_time_;
    burst_time_ += burst_step_;
  }
  if (track.last_timestamp && !before(*track.last_timestamp, out)) {
    const auto next = *track.last_timestamp + 1;
    // The camera came back with a clock that begins anew: ours goes on. Less is a burst that overtook a picture.
    if (before(out, *track.last_timestamp - static_cast<std::uint32_t>(track.rate))) track.offset += next - out;
    out = next;
  }
  track.last_timestamp = out;
  return out;
}

// False: the budget is spent, go on later where it stopped.
bool Sender::send_unit(const Feed& feed, std::uint64_t number, Outlet& out) {
  const auto& unit = *feed.at(number);
  auto* track = track_of(unit);
  if (track == nullptr) return true;
  if (track == &audio_ && number < burst_end_) return true;  // sound of a burst is over
  if (piece_ == 0) {
    if (!check(*track, unit)) return true;
    unit_timestamp_ = timestamp_of(*track, number, unit);
  }
  for (; piece_ < unit.pieces.size(); ++piece_) {
    if (budget_ <= 0) return false;
    send_piece(*track, number, unit, piece_, out);
  }
  return true;
}

// The header extension "playout delay" goes with the first packet of every key frame; its size.
std::size_t Sender::extension_of(const Track& track, const rtp::Unit& unit) {
  if (track.agreed.playout_delay == 0 || !unit.packet->key) return 0;
  const auto id = static_cast<std::uint8_t>(track.agreed.playout_delay << 4 | 2);
  extension_ = {0xbe, 0xde, 0, 1, id, 0, kMaxPlayoutDelay >> 8, kMaxPlayoutDelay & 0xff};
  return extension_.size();
}

void Sender::send_piece(Track& track, std::uint64_t number, const rtp::Unit& unit, std::size_t piece, Outlet& out) {
  const auto& payload = unit.pieces[piece];
  rtp::Header header;
  header.payload_type = static_cast<std::uint8_t>(track.agreed.format.payload_type);
  header.marker = payload.marker;
  header.sequence = track.sequence++;
  header.timestamp = unit_timestamp_ + payload.later;
  header.ssrc = track.agreed.ssrc;
  const auto extension = std::span(extension_).first(piece == 0 ? extension_of(track, unit) : 0);
  const auto size = rtp::write(header, extension, payload, std::span(buffer_).first(buffer_.size() - Srtp::kTrailer));
  if (size == 0) return;
  track.history[header.sequence & (track.history.size() - 1)] = {number, header.timestamp,
                                                                 static_cast<std::uint16_t>(piece), header.sequence, 0};
  budget_ -= static_cast<double>(size);
  ++track.packets;
  track.octets += static_cast<std::uint32_t>(payload.size());
  ++figures_.packets;
  figures_.bytes += payload.size();
  out.rtp(buffer_, size);
}

void Sender::send_again(Track& track, std::uint16_t sequence, const Feed& feed, std::uint32_t now_ms, Outlet& out) {
  ++figures_.lost_reports;
  auto& sent = track.history[sequence & (track.history.size() - 1)];
  const bool known = sent.unit != 0 && sent.sequence == sequence && sent.unit >= feed.begin() && sent.unit < feed.end();
  if (!known || again_budget_ < kPacket || (sent.again_ms != 0 && now_ms - sent.again_ms < kAgainPauseMs)) {
    ++figures_.not_retransmitted;
    return;
  }
  sent.again_ms = now_ms == 0 ? 1 : now_ms;
  const auto& unit = *feed.at(sent.unit);
  const auto& payload = unit.pieces[sent.piece];
  rtp::Header header;
  header.marker = payload.marker;
  header.timestamp = sent.timestamp;
  header.payload_type = static_cast<std::uint8_t>(track.agreed.rtx.value_or(track.agreed.format.payload_type));
  header.sequence = track.agreed.rtx ? track.rtx_sequence++ : sequence;
  header.ssrc = track.agreed.rtx ? track.agreed.rtx_ssrc : track.agreed.ssrc;
  // The very same extension as at first: protecting the same number twice must give the same bytes.
  const auto extension = std::span(extension_).first(sent.piece == 0 ? extension_of(track, unit) : 0);
  auto room = std::span(buffer_).first(buffer_.size() - Srtp::kTrailer);
  auto size = rtp::write(header, extension, payload, room);
  if (size == 0 || size + 2 > room.size()) return;
  if (track.agreed.rtx) {  // RFC 4588, 4: the original sequence number before the payload
    const auto at = buffer_.begin() + static_cast<std::ptrdiff_t>(rtp::kHeaderSize + extension.size());
    std::copy_backward(at, buffer_.begin() + static_cast<std::ptrdiff_t>(size),
                       buffer_.begin() + static_cast<std::ptrdiff_t>(size + 2));
    at[0] = static_cast<std::uint8_t>(sequence >> 8);
    at[1] = static_cast<std::uint8_t>(sequence);
    size += 2;
  }
  again_budget_ -= static_cast<double>(size);
  ++figures_.retransmitted;
  out.rtp(buffer_, size);
}

void Sender::received(const rtp::Received& what, const Feed& feed, SteadyTime now, WallTime wall, Outlet& out) {
  for (const auto& block : what.reports) {
    if (auto trip = rtp::round_trip(block, wall)) figures_.round_trip = trip;
    if (video_.on && block.ssrc == video_.agreed.ssrc) figures_.loss = block.fraction_lost / 256.0;
  }
  refill(feed, now);
  for (const auto& lost : what.lost) {
    for (auto* track : {&video_, &audio_}) {
      if (track->on && lost.ssrc == track->agreed.ssrc && out.ready()) {
        send_again(*track, lost.sequence, feed, milliseconds(now), out);
      }
    }
  }
  for (auto ssrc : what.picture_requests) {
    if (!video_.on || ssrc != video_.agreed.ssrc) continue;
    ++figures_.picture_requests;
    // While a burst is under way the answer is on its way already.
    if (!begun_ || !feed.newest_key() || position_ < burst_end_ || (last_burst_ && now - *last_burst_ < kBurstPause)) {
      continue;
    }
    last_burst_ = now;
    ++figures_.bursts;
    begin_burst(feed);
  }
}

std::optional<std::uint32_t> Sender::picture_time(const Feed& feed, WallTime wall) const {
  const auto media = feed.media_at(wall);
  if (!media || !video_.on) return std::nullopt;
  return rtp::rtp_time(*media, 90000) + video_.offset;
}

void Sender::report(const Feed& feed, SteadyTime now, WallTime wall, Outlet& out) {
  const auto media = feed.media_at(wall);
  if (!media) return;
  for (auto* track : {&video_, &audio_}) {
    if (!track->on || track->packets == 0 || (track->last_report && now - *track->last_report < kReportInterval))
      continue;
    track->last_report = now;
    rtp::SenderInfo info;
    info.ssrc = track->agreed.ssrc;
    info.ntp = rtp::ntp_time(wall);
    info.timestamp = rtp::rtp_time(*media, track->rate) + track->offset;
    info.packets = track->packets;
    info.octets = track->octets;
    out.rtcp(rtp::sender_report(info, "vigil"));
  }
}

}  // namespace vigil::live::webrtc
