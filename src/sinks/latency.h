#pragma once

#include <array>
#include <cstdint>

// How long events took, in the buckets that the metrics show.

namespace vigil::sinks {

// A histogram of seconds. Not thread-safe: its owner guards it and hands out copies.
struct Latency {
  // Upper bounds in seconds; one more bucket stands for everything above the last.
  static constexpr std::array<double, 12> kBounds = {0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 5, 30};

  std::array<std::uint64_t, kBounds.size() + 1> counts{};  // per bucket, not cumulative
  std::uint64_t count = 0;
  double sum_seconds = 0;

  // Negative values (clocks that jumped, cameras ahead of us) count as zero.
  void observe(double seconds);

  bool operator==(const Latency&) const = default;
};

}  // namespace vigil::sinks
