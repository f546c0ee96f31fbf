#pragma once

#include <chrono>
#include <cstdint>
#include <random>
#include <vector>

#include "base/clock.h"
#include "model/camera_status.h"

namespace vigil::ingest {

struct BackoffConfig {
  std::vector<std::chrono::milliseconds> delays{std::chrono::seconds(5), std::chrono::seconds(10),
                                                std::chrono::seconds(20), std::chrono::seconds(40),
                                                std::chrono::seconds(60)};  // the last one repeats
  double jitter = 0.2;                                                      // ± this part of a delay
  std::chrono::seconds good_after{60};   // so much good video, and the next failure starts from the first delay
  std::chrono::seconds auth_delay{300};  // from the third refused sign-in in a row on: cameras lock accounts
};

// How long to wait before the next try. Pure: time and randomness come in. Not thread-safe.
class Backoff {
 public:
  Backoff(BackoffConfig config, std::uint64_t seed) : config_(std::move(config)), random_(seed) {}

  // A connection that lasted `good` (zero: it never worked) ended for `reason`; the time to wait now.
  std::chrono::milliseconds next(model::FailureReason reason, Nanos good);

 private:
  BackoffConfig config_;
  std::mt19937_64 random_;
  std::size_t step_ = 0;
  int refused_sign_ins_ = 0;
};

}  // namespace vigil::ingest
