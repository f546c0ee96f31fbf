#include <algorithm>
#include <array>

#include "vision/attributes.h"

namespace vigil::vision {

void AttributeVote::add(const std::vector<model::Attribute>& said) {
  for (const auto& each : said) {
    if (!(each.confidence > 0 && each.confidence <= 1)) continue;
    if (said_.size() >= kMaxNames && !said_.contains(each.name)) continue;
    auto& values = said_[each.name];
    if (values.size() >= kMaxValues && !values.contains(each.value)) continue;
    auto& value = values[each.value];
    value.sum += each.confidence;
    ++value.count;
    value.model = each.model;
  }
}

std::vector<model::Attribute> AttributeVote::result() const {
  std::vector<model::Attribute> out;
  for (const auto& [name, values] : said_) {
    double all = 0;
    for (const auto& [value, said] : values) all += said.sum;
    const auto best = std::max_element(values.begin(), values.end(),
                                       [](const auto& a, const auto& b) { return a.second.sum < b.second.sum; });
    const auto mean = best->second.sum / static_cast<double>(best->second.count);
    const bool sure = best->second.sum >= least_share_ * all && mean >= least_confidence_;
    out.push_back(
        {name, sure ? best->first : "unknown", static_cast<float>(mean * best->second.sum / all), best->second.model});
  }
  return out;
}

std::optional<model::Attribute> vehicle_type(std::string_view label, float confidence) {
  constexpr std::array kVehicles = {"bicycle", "car",   "motorcycle", "airplane", "bus",
                                    "train",   "truck", "boat",       "van",      "trailer"};
  const auto found = std::find(kVehicles.begin(), kVehicles.end(), label);
  if (found == kVehicles.end()) return std::nullopt;
  return model::Attribute{"vehicle_type", std::string(label), confidence, "class"};
}

}  // namespace vigil::vision
