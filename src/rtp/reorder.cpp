#include "rtp/reorder.h"

#include <utility>

namespace vigil::rtp {
namespace {

// A jump by more than this is no loss: the sender has begun anew.
constexpr std::int16_t kFar = 3000;
constexpr int kMostBehind = 16;

}  // namespace

bool Reorder::push(std::uint16_t sequence, std::span<const std::uint8_t> bytes, SteadyTime now, bool& gap) {
  gap = false;
  if (!next_) {
    next_ = (std::uint64_t{1} << 32) + sequence + 1;
    return true;
  }
  const auto distance = static_cast<std::int16_t>(sequence - static_cast<std::uint16_t>(*next_));
  const bool anew = distance > kFar || distance < -kFar || (distance < 0 && ++behind_ > kMostBehind);
  if (anew) {
    held_.clear();
    behind_ = 0;
    gap = true;
    next_ = *next_ + (std::uint64_t{1} << 16) + static_cast<std::uint64_t>(distance + 1);
    // Only the lower 16 bits tell the sequence; the upper ones just go on.
    return true;
  }
  if (distance < 0) return false;
  behind_ = 0;
  const auto extended = *next_ + static_cast<std::uint64_t>(distance);
  if (distance == 0 || config_.patience.count() == 0) {
    gap = distance != 0;
    next_ = extended + 1;
    return true;
  }
  held_.try_emplace(extended, Held{{bytes.begin(), bytes.end()}, now});
  return false;
}

std::optional<Reorder::Ready> Reorder::pop(SteadyTime now) {
  if (held_.empty()) return std::nullopt;
  auto first = held_.begin();
  const bool gap = first->first != *next_;
  const bool patient = held_.size() <= config_.most && now < *deadline();
  if (gap && patient) return std::nullopt;
  given_ = std::move(first->second.bytes);
  next_ = first->first + 1;
  held_.erase(first);
  return Ready{given_, gap};
}

std::optional<SteadyTime> Reorder::deadline() const {
  if (held_.empty()) return std::nullopt;
  // Everything waits for the same hole; the first that came behind it began the wait.
  auto earliest = held_.begin()->second.arrived;
  for (const auto& [_, held] : held_) earliest = std::min(earliest, held.arrived);
  return earliest + config_.patience;
}

}  // namespace vigil::rtp
