#pragma once

#include <optional>
#include <stop_token>

#include "base/clock.h"

namespace vigil::ingest {

// Lets packets out at the speed of their own time, for sources that come in bursts (files, HLS). For one thread.
class Pacer {
 public:
  // `speed` a little above 1 keeps a live source from falling behind for good.
  explicit Pacer(Clock& clock, double speed = 1.0) : clock_(clock), speed_(speed) {}

  // Waits until `dts` is due. A packet more than a second late, or more than five seconds early, is due now, and time
  // counts from it on. False when stopped.
  bool wait(Ticks dts, std::stop_token stop);

 private:
  Clock& clock_;
  const double speed_;
  std::optional<SteadyTime> start_;
  Ticks first_{0};
};

}  // namespace vigil::ingest
