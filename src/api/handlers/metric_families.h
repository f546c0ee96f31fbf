#pragma once

#include <prometheus/client_metric.h>
#include <prometheus/metric_family.h>

#include <array>
#include <limits>
#include <string>
#include <vector>

namespace vigil::api {

using MetricLabels = std::vector<prometheus::ClientMetric::Label>;

// Figures on their way into Prometheus' text format; families in the order of their first mention.
class MetricFamilies {
 public:
  void gauge(const std::string& name, const std::string& help, MetricLabels labels, double value);
  void counter(const std::string& name, const std::string& help, MetricLabels labels, double value);
  // `counts`: how many lay in each range, the last one above all bounds.
  template <std::size_t N>
  void histogram(const std::string& name, const std::string& help, MetricLabels labels,
                 const std::array<double, N>& bounds, const std::array<std::uint64_t, N + 1>& counts, double sum) {
    prometheus::ClientMetric metric;
    metric.label = std::move(labels);
    std::uint64_t below = 0;
    for (std::size_t i = 0; i <= N; ++i) {
      below += counts[i];
      metric.histogram.bucket.push_back({below, i < N ? bounds[i] : std::numeric_limits<double>::infinity()});
    }
    metric.histogram.sample_count = below;
    metric.histogram.sample_sum = sum;
    family(name, help, prometheus::MetricType::Histogram).metric.push_back(std::move(metric));
  }
  std::string text() const;

 private:
  prometheus::MetricFamily& family(const std::string& name, const std::string& help, prometheus::MetricType type);
  std::vector<prometheus::MetricFamily> families_;
};

}  // namespace vigil::api
