#include "pipeline/analysis_filter.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "base/edit_distance.h"
#include "model/records.h"

namespace vigil::pipeline {
namespace {

constexpr float kWeakest = 0.15F;  // what the tracker's second stage can use; weaker ones are mostly nothing
constexpr std::size_t kLongestName = 64;

std::string nearest(const std::string& name, const std::vector<std::string>& labels) {
  std::string best;
  auto distance = name.size() / 3 + 1;
  if (name.size() > kLongestName) return best;
  for (const auto& label : labels) {
    if (label.size() > kLongestName) continue;
    if (const auto d = edit_distance(name, label); d < distance) {
      distance = d;
      best = label;
    }
  }
  return best;
}

}  // namespace

void AnalysisFilter::adopt(const model::AnalysisSettings& settings, const std::vector<std::string>& labels) {
  settings_ = settings;
  confidence_ = static_cast<float>(settings.confidence);
  all_classes_ = settings.classes.empty();
  wanted_.assign(labels.size(), all_classes_);
  confidences_.assign(labels.size(), confidence_);
  unknown_.clear();
  auto find = [&](const std::string& name) {
    const auto at = std::find(labels.begin(), labels.end(), name);
    if (at == labels.end()) {
      const auto meant = nearest(name, labels);
      unknown_ += fmt::format("{}\"{}\"{}", unknown_.empty() ? "" : ", ", name,
                              meant.empty() ? "" : fmt::format(" (did you mean {}?)", meant));
    }
    return at;
  };
  for (const auto& name : settings.classes) {
    if (const auto at = find(name); at != labels.end()) wanted_[static_cast<std::size_t>(at - labels.begin())] = true;
  }
  for (const auto& [name, confidence] : settings.class_confidence) {
    const auto at = find(name);
    if (at != labels.end())
      confidences_[static_cast<std::size_t>(at - labels.begin())] = static_cast<float>(confidence);
  }
}

float AnalysisFilter::min_score() const {
  float lowest = confidence_;
  for (const float confidence : confidences_) lowest = std::min(lowest, confidence);
  return std::min(kWeakest, lowest);
}

bool AnalysisFilter::wants(const vision::Detection& detection, int width, int height) const {
  const auto known = detection.class_id >= 0 && static_cast<std::size_t>(detection.class_id) < wanted_.size();
  if (known ? !wanted_[static_cast<std::size_t>(detection.class_id)] : !all_classes_) return false;
  const auto& box = detection.box;
  if (!(box.width > 0 && box.height > 0) || width <= 0 || height <= 0) return false;
  const double area = static_cast<double>(box.area()) / (static_cast<double>(width) * height);
  const double aspect = static_cast<double>(box.width / box.height);
  const auto& size = settings_.size;
  if (area < size.min_area || area > size.max_area || aspect < size.min_aspect || aspect > size.max_aspect)
    return false;
  const double x = static_cast<double>(box.x + box.width / 2) / width;
  // A box that ends at the lower edge stands on the last row, not below it.
  const double y = std::min(static_cast<double>(box.bottom()) / height, 1 - 1e-6);
  return std::none_of(settings_.masks.begin(), settings_.masks.end(), [&](const auto& mask) {
    return model::inside(mask, {x, y});
  });
}

AnalysisFilter::Wanted AnalysisFilter::apply(const std::vector<vision::Detection>& found, int width, int height) const {
  Wanted out;
  for (std::size_t i = 0; i < found.size(); ++i) {
    if (!wants(found[i], width, height)) continue;
    const auto c = static_cast<std::size_t>(std::max(0, found[i].class_id));
    const float needed = c < confidences_.size() ? confidences_[c] : confidence_;
    auto detection = found[i];
    if (detection.score >= needed) {
      detection.score = std::max(detection.score, confidence_);
    } else {
      detection.score = std::min(detection.score, std::nextafter(confidence_, 0.0F));
    }
    out.detections.push_back(std::move(detection));
    out.source.push_back(i);
  }
  return out;
}

}  // namespace vigil::pipeline
