#include "ingest/native/capture_clock.h"

#include <algorithm>
#include <cstdlib>
#include <utility>

namespace vigil::ingest::native {
namespace {

using std::chrono::microseconds;
using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr seconds kWindow{5};
constexpr milliseconds kSet{1000};                     // further than that no clock drifts: it was set
constexpr milliseconds kSoonest{0}, kLatest{1000};     // from the camera to us, where clocks agree
constexpr milliseconds kTooSoon{-50}, kTooLate{1500};  // and where they do no more
constexpr seconds kLongestUnderWay{15};                // what media servers keep to begin with
constexpr int kSlew = 200;                             // of the time that passes: 5 ms in a second
constexpr std::int64_t kFarTicks = std::int64_t{1} << 30;

}  // namespace

void CaptureClock::reset() {
  anchor_.reset();
  least_.reset();
  least_before_.reset();
  shift_.reset();
  believed_ = false;
  reports_ = 0;
}

void CaptureClock::report(const rtp::SenderReport& report) {
  const auto wall = rtp::wall_time_of(report.ntp);
  if (!wall) return;
  if (const auto before = camera_time_of(report.rtp_timestamp)) {
    const auto moved = *wall - *before;
    if (!believed_) {
      // Of a clock that is wrong anyway only the distances count: by how much it was set is no matter.
      for (auto* delay : {&least_, &least_before_, &shift_}) {
        if (*delay) **delay -= moved;
      }
    } else if (std::chrono::abs(moved) > kSet) {
      least_.reset();
      least_before_.reset();
      shift_.reset();
    }
  }
  anchor_ = Anchor{*wall, report.rtp_timestamp};
  ++reports_;
}

std::optional<WallTime> CaptureClock::camera_time_of(std::uint32_t rtp_timestamp) const {
  if (!anchor_) return std::nullopt;
  const auto ticks = static_cast<std::int64_t>(static_cast<std::int32_t>(rtp_timestamp - anchor_->rtp_timestamp));
  return anchor_->wall + microseconds(ticks * 1000000 / clock_rate_);
}

void CaptureClock::note_delay(Delay delay, SteadyTime now) {
  if (!least_ || now - window_began_ >= kWindow) {
    least_before_ = std::exchange(least_, std::nullopt);
    window_began_ = now;
  }
  least_ = std::min(least_.value_or(delay), delay);
}

CaptureClock::Delay CaptureClock::target() {
  const auto least = std::min(*least_, least_before_.value_or(*least_));
  believed_ = believed_ ? least >= kTooSoon && least <= kTooLate : least >= kSoonest && least <= kLatest;
  return believed_ ? Delay(0) : least;
}

void CaptureClock::approach(Delay wanted, SteadyTime now) {
  const auto passed = std::chrono::duration_cast<Delay>(now - std::exchange(shifted_at_, now));
  if (!shift_ || std::chrono::abs(wanted - *shift_) > kSet) {
    shift_ = wanted;
    return;
  }
  const auto step = std::max(passed, Delay(0)) / kSlew;
  *shift_ += std::clamp(wanted - *shift_, -step, step);
}

std::optional<WallTime> CaptureClock::time_of(std::uint32_t rtp_timestamp, WallTime arrived, SteadyTime now) {
  const auto camera = camera_time_of(rtp_timestamp);
  if (!camera) return std::nullopt;
  // A camera that reports once only is followed through the wraps of its RTP time.
  const auto ticks = static_cast<std::int32_t>(rtp_timestamp - anchor_->rtp_timestamp);
  if (std::abs(static_cast<std::int64_t>(ticks)) > kFarTicks) anchor_ = Anchor{*camera, rtp_timestamp};

  note_delay(arrived - *camera, now);
  approach(target(), now);
  auto time = std::min(*camera + *shift_, arrived);
  if (arrived - time > kLongestUnderWay) return std::nullopt;
  if (last_ && *last_ <= arrived) time = std::max(time, *last_);
  last_ = time;
  return time;
}

}  // namespace vigil::ingest::native
