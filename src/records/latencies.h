#pragma once

#include <array>
#include <cstdint>

#include "base/clock.h"

namespace vigil::records {

// Mean and percentiles of many durations in little memory: counts in ranges that grow by a twentieth from 0.1 ms to
// about half an hour, so that a percentile is right to 5 %.
class Latencies {
 public:
  void add(Nanos time);
  double mean_ms() const { return count_ == 0 ? 0 : sum_ms_ / static_cast<double>(count_); }
  double percentile_ms(double part) const;  // part: 0..1

 private:
  static constexpr std::size_t kRanges = 340;
  std::array<std::uint64_t, kRanges> counts_{};
  std::uint64_t count_ = 0;
  double sum_ms_ = 0;
};

}  // namespace vigil::records
