#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "base/clock.h"

namespace vigil {

// How long something took, as a distribution: counts in buckets of a sixteenth of their length, so that a quantile is
// right within 3 %, from microseconds to two minutes (longer ones count as two minutes). A plain value of 3 kB; adding
// costs a few nanoseconds. After Gil Tene's HdrHistogram. Not thread-safe.
class DurationHistogram {
 public:
  void add(Nanos duration);
  void merge(const DurationHistogram& other);

  std::uint64_t count() const { return count_; }
  Nanos sum() const { return sum_; }
  Nanos mean() const;

  // The duration that the part `q` (0..1) of all did not exceed; 0 when there is none.
  Nanos quantile(double q) const;

 private:
  static constexpr std::size_t kSplit = 16;
  static constexpr int kOctaves = 24;  // of microseconds, above the first sixteen
  std::array<std::uint64_t, kSplit*(kOctaves + 1)> buckets_{};
  std::uint64_t count_ = 0;
  Nanos sum_{0};
};

}  // namespace vigil
