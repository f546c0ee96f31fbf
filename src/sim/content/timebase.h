#pragma once

#include "base/clock.h"

namespace vigil::sim {

// All times inside the simulator are counted from its start. Thread-safe.
class Timebase {
 public:
  explicit Timebase(const Clock& clock) : clock_(&clock), start_(clock.steady()) {}

  Nanos elapsed() const { return clock_->steady() - start_; }
  Ticks now() const { return std::chrono::duration_cast<Ticks>(elapsed()); }
  SteadyTime steady_at(Ticks time) const { return start_ + std::chrono::ceil<SteadyTime::duration>(time); }
  WallTime wall() const { return clock_->wall(); }
  const Clock& clock() const { return *clock_; }

 private:
  const Clock* clock_;
  SteadyTime start_;
};

}  // namespace vigil::sim
