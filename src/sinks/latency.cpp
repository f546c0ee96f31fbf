#include "sinks/latency.h"

#include <algorithm>

namespace vigil::sinks {

void Latency::observe(double seconds) {
  seconds = std::max(seconds, 0.0);
  auto bucket = std::lower_bound(kBounds.begin(), kBounds.end(), seconds) - kBounds.begin();
  ++counts[static_cast<std::size_t>(bucket)];
  ++count;
  sum_seconds += seconds;
}

}  // namespace vigil::sinks
