#include "ingest/connect_limiter.h"

#include <algorithm>

namespace vigil::ingest {

ConnectLimiter::ConnectLimiter(double connects_per_second, int burst, Clock& clock)
    : interval_(static_cast<std::int64_t>(1e9 / std::max(connects_per_second, 0.01))),
      burst_(burst),
      clock_(clock),
      next_(clock.steady() - interval_ * burst) {}

// Turns are handed out in the order of asking; each caller then waits until its own, outside the lock.
Nanos ConnectLimiter::take_turn() {
  MutexLock lock(mutex_);
  auto now = clock_.steady();
  next_ = std::max(next_, now - interval_ * burst_) + interval_;
  return std::max(Nanos{0}, next_ - now);
}

bool ConnectLimiter::acquire(std::stop_token stop) {
  const auto wait = take_turn();
  return wait == Nanos{0} ? !stop.stop_requested() : clock_.sleep(wait, stop);
}

}  // namespace vigil::ingest
