#include "api/http_metrics.h"

#include <algorithm>

namespace vigil::api {

void HttpMetrics::observe(const std::string& operation, int status, double seconds) {
  auto bucket = static_cast<std::size_t>(std::lower_bound(kBounds.begin(), kBounds.end(), seconds) - kBounds.begin());
  MutexLock lock(mutex_);
  ++data_.requests[{operation, status}];
  auto& histogram = data_.seconds[operation];
  ++histogram.counts[bucket];
  ++histogram.count;
  histogram.sum_seconds += seconds;
}

HttpMetrics::Snapshot HttpMetrics::snapshot() const {
  MutexLock lock(mutex_);
  return data_;
}

}  // namespace vigil::api
