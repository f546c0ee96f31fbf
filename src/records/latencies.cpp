#include "records/latencies.h"

#include <algorithm>
#include <cmath>

namespace vigil::records {
namespace {
constexpr double kLeast = 0.1, kGrowth = 1.05;
}

void Latencies::add(Nanos time) {
  const double ms = std::max(0.0, std::chrono::duration<double, std::milli>(time).count());
  const double range = ms <= kLeast ? 0 : std::ceil(std::log(ms / kLeast) / std::log(kGrowth));
  ++counts_[static_cast<std::size_t>(std::min(range, static_cast<double>(kRanges - 1)))];
  ++count_;
  sum_ms_ += ms;
}

double Latencies::percentile_ms(double part) const {
  if (count_ == 0) return 0;
  const auto wanted = static_cast<std::uint64_t>(std::ceil(part * static_cast<double>(count_)));
  std::uint64_t seen = 0;
  for (std::size_t i = 0; i < kRanges; ++i) {
    seen += counts_[i];
    // The middle of the range, as ratios go.
    if (seen >= std::max<std::uint64_t>(wanted, 1)) {
      return kLeast * std::pow(kGrowth, i == 0 ? 0 : static_cast<double>(i) - 0.5);
    }
  }
  return kLeast * std::pow(kGrowth, static_cast<double>(kRanges));
}

}  // namespace vigil::records
