#pragma once

#include <algorithm>
#include <atomic>

#include "base/clock.h"

namespace vigil::store::postgres {

// How long whoever waits for the database goes on waiting; all of a store's connections share it. Thread-safe.
class Patience {
 public:
  // From now on no wait lasts longer than that, and no wait under way goes on for longer.
  void shorten(Nanos limit) {
    since_ = system_clock().steady().time_since_epoch().count();
    limit_ = std::max<Nanos::rep>(limit.count(), 1);
  }

  // When a wait ends that began then and lasts so long where nobody is in a hurry.
  SteadyTime end(SteadyTime began, Nanos usual) const {
    const Nanos::rep limit = limit_;
    if (limit == 0) return began + usual;
    const SteadyTime since{SteadyTime::duration(since_.load())};
    return std::min(began + usual, std::max(began, since) + Nanos(limit));
  }

 private:
  std::atomic<SteadyTime::rep> since_{0};
  std::atomic<Nanos::rep> limit_{0};  // 0: nobody is in a hurry
};

// Waits look so often whether they have become shorter.
inline constexpr std::chrono::milliseconds kPatienceStep{100};

}  // namespace vigil::store::postgres
