#include "live/webrtc/feed.h"

#include <algorithm>

#include "live/webrtc.h"
#include "live/webrtc/negotiation.h"

namespace vigil::live::webrtc {
namespace {

using namespace std::chrono_literals;

constexpr auto kKept = 2s;           // of the group before the newest one
constexpr auto kKeptSound = 5s;      // of streams without video
constexpr std::int64_t kCreep = 20;  // µs a packet, so that an offset that was too small for once is forgotten

std::int64_t micros(Ticks time) {
  return time.count() * 100 / 9;
}

}  // namespace

Feed::Feed(std::shared_ptr<stream::Stream> stream, std::shared_ptr<const void> hold)
    : stream_(std::move(stream)), hold_(std::move(hold)), cursor_(stream_->open(stream::Start::NewestKeyFrame)) {}

bool Feed::pump() {
  for (;;) {
    auto next = cursor_.try_next();
    if (auto* packet = std::get_if<media::PacketPtr>(&next)) {
      take(std::move(*packet));
    } else if (std::holds_alternative<stream::Lagged>(next)) {
      drop_until(end());
    } else {
      pump_sound();
      trim();
      return !std::holds_alternative<stream::Closed>(next);
    }
  }
}

void Feed::listen(std::shared_ptr<stream::Stream> sound, std::shared_ptr<const void> hold) {
  sound_ = sound->open(stream::Start::NextPacket);
  sound_hold_ = std::move(hold);
}

void Feed::stop_listening() {
  sound_.reset();
  sound_hold_.reset();
}

void Feed::pump_sound() {
  while (sound_) {
    auto next = sound_->try_next();
    if (std::holds_alternative<stream::TimedOut>(next)) return;
    if (std::holds_alternative<stream::Closed>(next)) return stop_listening();
    const auto* packet = std::get_if<media::PacketPtr>(&next);
    if (packet == nullptr) continue;  // what is missing is not heard
    auto ours = std::make_shared<media::Packet>(**packet);
    ours->track = kMadeTrack;
    if (auto unit = rtp::cut(std::move(ours), kMaxPayload)) add(std::move(*unit));
  }
}

void Feed::add(rtp::UnitPtr unit) {
  bytes_ += unit->payload_bytes;
  window_bytes_ += unit->packet->data.size();
  units_.push_back(std::move(unit));
  if (bytes_ > kMaxBytes) trim();
}

void Feed::take(media::PacketPtr packet) {
  const auto& params = *packet->params;
  if (params.kind == media::TrackKind::Audio && !carries(params)) return;  // nobody is sent it
  auto unit = rtp::cut(packet, kMaxPayload);
  if (!unit.ok()) return;  // not for us, or broken: the camera's next key frame mends it
  measure(*packet);
  if (packet->params->kind == media::TrackKind::Video) {
    if (packet->discontinuity) drop_until(end());
    if (packet->key) {
      keys_.push_back(end());
      pictures_in_group_ = 0;
    }
    const auto timestamp = (*unit)->timestamp;
    const auto step = timestamp - newest_picture_;
    if (has_video_ && step > 0 && step < 90000 * 2) picture_interval_ = step;
    newest_picture_ = timestamp;
    has_video_ = true;
    ++pictures_in_group_;
  }
  add(std::move(*unit));
}

void Feed::measure(const media::Packet& packet) {
  const auto offset = packet.received.time_since_epoch().count() - micros(packet.pts);
  if (!offset_us_ || packet.discontinuity || offset - *offset_us_ > 10'000'000) {
    offset_us_ = offset;
  } else {
    offset_us_ = std::min(offset, *offset_us_ + kCreep);
  }
  if (!window_begin_ || packet.received < *window_begin_) window_begin_ = packet.received;
  const std::chrono::duration<double> passed = packet.received - *window_begin_;
  if (passed < 1s) return;
  const auto rate = static_cast<double>(window_bytes_) / passed.count();
  bytes_per_second_ = bytes_per_second_ > 0 ? 0.7 * bytes_per_second_ + 0.3 * rate : rate;
  window_bytes_ = 0;
  window_begin_ = packet.received;
}

void Feed::trim() {
  if (units_.empty()) return;
  const auto newest = units_.back()->packet->received;
  if (keys_.empty()) {
    auto keep = end();
    while (keep > first_ && newest - at(keep - 1)->packet->received < kKeptSound) --keep;
    return drop_until(keep);
  }
  // The second key frame is the first that is needed once it is old enough itself.
  while (keys_.size() > 2 && newest - at(keys_[1])->packet->received > kKept) drop_until(keys_[1]);
  if (keys_.size() == 1) drop_until(keys_[0]);
  while (bytes_ > kMaxBytes && keys_.size() > 1) drop_until(keys_[1]);
  if (bytes_ > kMaxBytes) drop_until(end());
}

void Feed::drop_until(std::uint64_t number) {
  while (first_ < number && !units_.empty()) {
    bytes_ -= units_.front()->payload_bytes;
    units_.pop_front();
    ++first_;
  }
  while (!keys_.empty() && keys_.front() < first_) keys_.pop_front();
  if (keys_.empty()) pictures_in_group_ = 0;
}

std::optional<std::uint64_t> Feed::newest_key() const {
  return keys_.empty() ? std::nullopt : std::optional(keys_.back());
}

std::optional<WallTime> Feed::wall_of(Ticks pts) const {
  if (!offset_us_) return std::nullopt;
  return WallTime(std::chrono::microseconds(micros(pts) + *offset_us_));
}

std::optional<Ticks> Feed::media_at(WallTime wall) const {
  if (!offset_us_) return std::nullopt;
  return Ticks((wall.time_since_epoch().count() - *offset_us_) * 9 / 100);
}

}  // namespace vigil::live::webrtc
