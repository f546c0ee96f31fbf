#include "api/handlers/metric_families.h"

#include <prometheus/text_serializer.h>

#include <sstream>

namespace vigil::api {

using prometheus::ClientMetric;
using prometheus::MetricFamily;
using prometheus::MetricType;

void MetricFamilies::gauge(const std::string& name, const std::string& help, MetricLabels labels, double value) {
  ClientMetric metric;
  metric.label = std::move(labels);
  metric.gauge.value = value;
  family(name, help, MetricType::Gauge).metric.push_back(std::move(metric));
}

void MetricFamilies::counter(const std::string& name, const std::string& help, MetricLabels labels, double value) {
  ClientMetric metric;
  metric.label = std::move(labels);
  metric.counter.value = value;
  family(name, help, MetricType::Counter).metric.push_back(std::move(metric));
}

std::string MetricFamilies::text() const {
  std::ostringstream out;
  prometheus::TextSerializer().Serialize(out, families_);
  return out.str();
}

MetricFamily& MetricFamilies::family(const std::string& name, const std::string& help, MetricType type) {
  for (auto& one : families_) {
    if (one.name == name) return one;
  }
  return families_.emplace_back(MetricFamily{name, help, type, {}});
}

}  // namespace vigil::api
