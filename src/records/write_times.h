#pragma once

#include <algorithm>
#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>

#include "base/clock.h"

namespace vigil::records {

// How long the database took for each batch: a histogram in the buckets that the metrics show.
struct WriteTimes {
  // Upper bounds in seconds; one more bucket stands for everything above the last.
  static constexpr std::array<double, 11> kBounds = {0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.5, 1, 5, 15};

  std::array<std::uint64_t, kBounds.size() + 1> counts{};  // per bucket, not cumulative
  std::uint64_t count = 0;
  double sum_seconds = 0, last_seconds = 0;

  void add(Nanos time) {
    last_seconds = std::max(std::chrono::duration<double>(time).count(), 0.0);
    const auto bucket = std::lower_bound(kBounds.begin(), kBounds.end(), last_seconds) - kBounds.begin();
    ++counts[static_cast<std::size_t>(bucket)];
    ++count;
    sum_seconds += last_seconds;
  }
  bool operator==(const WriteTimes&) const = default;
};

}  // namespace vigil::records
