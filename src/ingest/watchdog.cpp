#include "ingest/watchdog.h"

#include <fmt/format.h>

#include <algorithm>

namespace vigil::ingest {
namespace {

// FNV-1a over the head, the middle and the tail: enough to tell pictures apart, and cheap for large key frames.
// A frozen encoder repeats all of its bytes, so a sample of them repeats as well; sensor noise changes any sample.
std::uint64_t fingerprint(std::span<const std::uint8_t> bytes) {
  constexpr std::size_t kPart = 512;
  std::uint64_t hash = 1469598103934665603ULL;
  auto mix = [&](std::size_t from) {
    for (std::size_t i = from; i < std::min(from + kPart, bytes.size()); ++i)
      hash = (hash ^ bytes[i]) * 1099511628211ULL;
  };
  mix(0);
  if (bytes.size() > 2 * kPart) mix(bytes.size() / 2);
  if (bytes.size() > kPart) mix(bytes.size() - kPart);
  return hash;
}

}  // namespace

std::optional<Failure> Watchdog::packet(const media::Packet& packet, SteadyTime now) {
  if (packet.track == 0) {
    last_video_ = now;
    has_picture_ = has_picture_ || packet.key;
    if (auto frozen = check_frozen(packet, now)) return frozen;
  }
  if (!has_picture_ && now - connected_ >= config_.no_video_after) {
    return Failure{
        model::FailureReason::NoVideo,
        fmt::format("connected, but no full picture for {} s; set the camera's key frame interval to 1 to 2 s",
                    config_.no_video_after.count())};
  }
  if (has_picture_ && now - last_video_ >= config_.stalled_after) {
    return Failure{model::FailureReason::Stalled,
                   fmt::format("sound comes, but no picture for {} s", config_.stalled_after.count())};
  }
  return std::nullopt;
}

std::optional<Failure> Watchdog::check_frozen(const media::Packet& packet, SteadyTime now) {
  if (config_.frozen_after.count() == 0) return std::nullopt;
  // Still scenes make small delta frames which may well be equal; only key frames and still pictures carry the whole
  // picture.
  if (!packet.key) return std::nullopt;
  auto hash = fingerprint(packet.data.view());
  bool same = same_since_ && hash == last_hash_ && packet.data.size() == last_size_;
  last_hash_ = hash;
  last_size_ = packet.data.size();
  if (!same) {
    same_since_ = now;
    same_count_ = 1;
    return std::nullopt;
  }
  ++same_count_;
  if (now - *same_since_ < config_.frozen_after || same_count_ < 5) return std::nullopt;
  return Failure{model::FailureReason::Frozen, fmt::format("the same picture for {} s", config_.frozen_after.count())};
}

}  // namespace vigil::ingest
