#include "pipeline/analysis_rate.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace vigil::pipeline {
namespace {

using model::RateMode;
using std::chrono::milliseconds;

constexpr std::int64_t kSecond = 1'000'000;
constexpr std::int64_t kClockSlack = 5 * kSecond;  // a clock that was set back does not stop us
// Motion alone: a tenth less than half and a fifth of a second, because pictures never come on the dot.
constexpr std::int64_t kKeyFramePace = 450'000, kEveryFramePace = 180'000;
constexpr std::int64_t kEconomicPace = kSecond;

// The adaptive rate: falls by a quarter after a second that was too slow, rises by an eighth after three good ones.
constexpr double kFall = 0.75, kRise = 1.125, kSlowest = 0.5;
constexpr int kCalmWindows = 3;
constexpr Nanos kTooLate = milliseconds(300), kEarlyEnough = milliseconds(120);

std::int64_t micros(WallTime time) {
  return time.time_since_epoch().count();
}

// The place of the next look on an even grid of times: from where it should have been, or from now after a gap.
std::int64_t following(std::int64_t planned, std::int64_t now, std::int64_t step) {
  return now - planned < step && planned <= now + step ? planned + step : now + step;
}

}  // namespace

void AnalysisRate::adopt(const model::AnalysisSettings& analysis, const model::MotionSettings& motion) {
  analysis_ = analysis;
  motion_ = motion;
  enabled_ = analysis.enabled;
  motion_enabled_ = motion.enabled;
  const bool motion_wants_all = motion.enabled && motion.every_frame;
  keys_only_ = !motion_wants_all && (!analysis.enabled || analysis.rate.mode == RateMode::Economic);
  fps_ = analysis.rate.mode == RateMode::Economic ? 1.0 : analysis.rate.fps;
  next_full_ = next_motion_ = last_ = kAnyTime;
  frames_ = 0;
  window_began_ = kAnyTime;
  passed_over_ = looked_ = late_ = early_ = last_passed_ = last_looked_ = 0;
  calm_windows_ = 0;
}

std::int64_t AnalysisRate::interval() const {
  switch (analysis_.rate.mode) {
    case RateMode::EveryFrame:
    case RateMode::EveryNth:
      return 0;
    case RateMode::Economic:
      return kEconomicPace;
    case RateMode::FixedFps:
    case RateMode::Adaptive:
      break;
  }
  return static_cast<std::int64_t>(static_cast<double>(kSecond) / std::clamp(fps_, 0.1, 120.0));
}

bool AnalysisRate::due(WallTime captured) const {
  const auto now = micros(captured);
  if (now + kClockSlack < last_) return enabled_ || motion_enabled_;
  return (enabled_ && now >= next_full_) || (motion_enabled_ && now >= next_motion_);
}

AnalysisRate::Look AnalysisRate::take(WallTime captured) {
  const auto now = micros(captured);
  if (now + kClockSlack < last_) next_full_ = next_motion_ = kAnyTime;
  const bool nth = analysis_.rate.mode == RateMode::EveryNth && frames_++ % std::max(1, analysis_.rate.nth) != 0;
  const bool full = enabled_ && now >= next_full_ && !nth;
  const bool motion = motion_enabled_ && now >= next_motion_;
  if (!full && !motion) return Look::None;
  last_ = now;
  next_motion_ = now + (motion_.every_frame ? kEveryFramePace : kKeyFramePace);
  if (!full) return Look::Motion;
  if (const auto step = interval(); step > 0) {
    // A tenth early is on time: pictures do not come on the dot.
    next_full_ = following(next_full_ + step / 10, now, step) - step / 10;
  }
  return Look::Full;
}

void AnalysisRate::went(WallTime captured, Nanos latency, std::uint64_t passed_over) {
  const auto now = micros(captured);
  passed_over_ += passed_over;
  ++looked_;
  late_ += latency > kTooLate ? 1 : 0;
  early_ += latency < kEarlyEnough ? 1 : 0;
  if (window_began_ == kAnyTime || now < window_began_) window_began_ = now;
  if (now - window_began_ < kSecond) return;
  end_window();
  window_began_ = now;
  passed_over_ = looked_ = late_ = early_ = 0;
}

void AnalysisRate::end_window() {
  last_passed_ = passed_over_;
  last_looked_ = looked_;
  if (analysis_.rate.mode != RateMode::Adaptive) return;
  // Any machine is late or drops a picture now and then.
  const bool slow = passed_over_ > 1 || late_ * 4 >= looked_;
  const bool calm = passed_over_ == 0 && early_ * 10 >= looked_ * 9;
  if (slow) {
    fps_ = std::max(std::min(kSlowest, analysis_.rate.fps), fps_ * kFall);
    calm_windows_ = 0;
  } else if (calm && ++calm_windows_ >= kCalmWindows) {
    fps_ = std::min(analysis_.rate.fps, fps_ * kRise);
    calm_windows_ = 0;
  }
}

std::string AnalysisRate::degraded() const {
  if (!enabled_) return {};
  if (analysis_.rate.mode == RateMode::Adaptive && fps_ < analysis_.rate.fps * 0.99) {
    return fmt::format("too slow for {:g} pictures a second: {:.1f} are looked at", analysis_.rate.fps, fps_);
  }
  if (analysis_.rate.mode != RateMode::Adaptive && last_passed_ > 1) {
    return fmt::format("too slow: {} of {} pictures a second are passed over", last_passed_,
                       last_passed_ + last_looked_);
  }
  return {};
}

}  // namespace vigil::pipeline
