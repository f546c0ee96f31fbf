#pragma once

#include <chrono>
#include <stop_token>

#include "base/clock.h"
#include "base/sync.h"

namespace vigil::ingest {

// One per server: hands out the moments at which connections may begin, so that 200 cameras which come back together
// after a power cut do not connect in the same second. A token bucket without burst beyond `burst`. Thread-safe.
class ConnectLimiter {
 public:
  ConnectLimiter(double connects_per_second, int burst, Clock& clock);

  // Waits for this caller's turn, first come first served; false when stop was requested meanwhile.
  bool acquire(std::stop_token stop) VIGIL_EXCLUDES(mutex_);
  // The same for whoever cannot wait here: takes the next turn and says how far away it is.
  Nanos take_turn() VIGIL_EXCLUDES(mutex_);

 private:
  const Nanos interval_;
  const int burst_;
  Clock& clock_;
  Mutex mutex_;
  SteadyTime next_ VIGIL_GUARDED_BY(mutex_);  // when the next free turn is, before the burst allowance
};

}  // namespace vigil::ingest
