#include "media/timeline.h"

#include <algorithm>

namespace vigil::media {
namespace {

constexpr Ticks kBackJump = std::chrono::seconds(1);
constexpr Ticks kForwardJump = std::chrono::seconds(10);
constexpr Ticks kPresumedJump = std::chrono::seconds(2);
constexpr Ticks kUsualStep{3600};  // 25 pictures a second
constexpr Ticks kLongestStep = std::chrono::seconds(2);

// What lies further off (1500 years) is no time, and could not be calculated with.
std::optional<Ticks> sane(std::optional<Ticks> time) {
  constexpr Ticks kFar{std::int64_t{1} << 52};
  return time && *time<kFar&& * time> - kFar ? time : std::nullopt;
}

Ticks to_ticks(SteadyTime::duration duration) {
  return std::chrono::duration_cast<Ticks>(duration);
}

}  // namespace

// The n-th picture to be decoded is given the n-th smallest presentation time, shifted by the reorder depth.
Ticks Timeline::dts_from_pts(Ticks pts, int reorder_depth) {
  if (reorder_depth <= 0) return pts;
  pending_.insert(pts);
  if (without_turn_ < reorder_depth) {
    return *pending_.begin() - kUsualStep * (reorder_depth - without_turn_++);
  }
  auto first = *pending_.begin();
  pending_.erase(pending_.begin());
  while (pending_.size() > 16) pending_.erase(pending_.begin());
  return first;
}

Ticks Timeline::expected(SteadyTime arrived) const {
  if (!started_) return Ticks(0);
  return last_ + (live_ ? std::max(Ticks(1), to_ticks(arrived - arrived_)) : step_);
}

bool Timeline::jumped(Ticks dts, SteadyTime arrived) const {
  auto moved = dts - *source_;
  if (presumed_) {
    const auto apart = moved - to_ticks(arrived - source_arrived_);
    return apart > kPresumedJump || apart < -kPresumedJump;
  }
  if (moved < -kBackJump) return true;
  return live_ && moved - to_ticks(arrived - source_arrived_) > kForwardJump;
}

Timeline::Stamp Timeline::next(std::optional<Ticks> dts, std::optional<Ticks> pts, int reorder_depth,
                               SteadyTime arrived) {
  Stamp out;
  out.discontinuity = !started_;
  dts = sane(dts);
  pts = sane(pts);
  const bool silent = !dts && !pts;
  // libavformat counts an RTP stream from its first packet and gives that one no time itself: it is taken for the
  // beginning, unless the second one's time says otherwise.
  const bool presumed = live_ && !started_ && silent;
  if (presumed) pts = Ticks(0);
  // Presentation times never lie before the decode time, so they tell of a jump as well as decode times do.
  if (auto told = dts ? dts : pts; told && source_ && jumped(*told, arrived)) {
    out.discontinuity = !presumed_;
    offset_.reset();
    pending_.clear();
    without_turn_ = 0;
  }
  presumed_ = presumed || (presumed_ && silent);
  if (!dts && pts) dts = dts_from_pts(*pts, reorder_depth);
  if (!dts) {
    out.dts = out.pts = expected(arrived);
  } else {
    // Before the first stamp everything was made from the arrival: go on from there. A stream that begins with a stamp
    // keeps its own time, so that tracks stay together.
    if (!offset_) offset_ = started_ ? expected(arrived) - *dts : Ticks(0);
    source_ = dts;
    source_arrived_ = arrived;
    out.dts = *dts + *offset_;
    out.pts = pts.value_or(*dts) + *offset_;
  }
  if (started_) {
    out.dts = std::max(out.dts, last_ + Ticks(1));
    step_ = std::clamp(out.dts - last_, Ticks(1), kLongestStep);
  }
  out.pts = std::max(out.pts, out.dts);
  started_ = true;
  last_ = out.dts;
  arrived_ = arrived;
  return out;
}

}  // namespace vigil::media
