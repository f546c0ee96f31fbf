#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <string>
#include <utility>

#include "base/sync.h"

namespace vigil::api {

// Answered requests by operation and status, and how long they took. Thread-safe. Operations come from the contract, so
// the number of series is bounded.
class HttpMetrics {
 public:
  static constexpr std::array<double, 12> kBounds = {0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025,
                                                     0.05,   0.1,   0.25,   1,     5,    30};
  struct Histogram {
    std::array<std::uint64_t, kBounds.size() + 1> counts{};  // per bucket, not cumulative
    std::uint64_t count = 0;
    double sum_seconds = 0;
  };
  struct Snapshot {
    std::map<std::pair<std::string, int>, std::uint64_t> requests;  // (operation, status)
    std::map<std::string, Histogram> seconds;                       // by operation
  };

  void observe(const std::string& operation, int status, double seconds) VIGIL_EXCLUDES(mutex_);
  Snapshot snapshot() const VIGIL_EXCLUDES(mutex_);

 private:
  mutable Mutex mutex_;
  Snapshot data_ VIGIL_GUARDED_BY(mutex_);
};

}  // namespace vigil::api
