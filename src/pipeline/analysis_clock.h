#pragma once

#include <algorithm>
#include <chrono>
#include <optional>

#include "base/clock.h"
#include "media/frame.h"

namespace vigil::pipeline {

// A camera's media time for everything that remembers: begins at the first frame's capture time and goes on by the
// frames' own times, which do not jitter as arrival does; where those jump (reconnect, new round of a file), by the
// capture times. Never goes back. Private to the analysis.
class AnalysisClock {
 public:
  Nanos step(const media::Frame& frame) {
    using namespace std::chrono;
    const auto captured = duration_cast<Nanos>(frame.captured.time_since_epoch());
    if (!pts_) {
      now_ = std::max(captured, earliest_);
    } else {
      auto passed = duration_cast<Nanos>(duration_cast<microseconds>(frame.pts - *pts_));
      if (jumps_ || passed <= Nanos(0) || passed > kLongest) passed = captured - captured_;
      now_ += passed > Nanos(0) && passed < kAway ? passed : Nanos(milliseconds(40));
    }
    pts_ = frame.pts;
    captured_ = captured;
    jumps_ = false;
    return now_;
  }

  // By how much it is before the capture times, which arrival makes jitter.
  Nanos ahead() const { return pts_ ? now_ - captured_ : Nanos(0); }
  // The first frame is not before that: what is known ends there.
  void begin_after(Nanos time) { earliest_ = std::max(earliest_, time); }

  // The next frame's own time says nothing.
  void jump() { jumps_ = true; }

 private:
  static constexpr Nanos kLongest = std::chrono::seconds(5);
  static constexpr Nanos kAway = std::chrono::hours(24);
  std::optional<Ticks> pts_;
  Nanos captured_{0}, now_{0}, earliest_{0};
  bool jumps_ = false;
};

}  // namespace vigil::pipeline
