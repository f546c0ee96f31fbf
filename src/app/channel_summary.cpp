#include "app/channel_summary.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace vigil::app {
namespace {

constexpr std::size_t kMostTroubles = 20;

double ms(Nanos duration) {
  return std::round(std::chrono::duration<double, std::milli>(duration).count() * 100) / 100;
}

}  // namespace

void ChannelSummary::add(const model::Observation& seen) {
  if (frames_++ == 0) first_ = seen.pts;
  last_ = seen.pts;
  detected_ += seen.detected ? 1 : 0;
  latency_.add(seen.times.total);
  if (!seen.model.empty()) model_ = seen.model, device_ = seen.device;
  width_ = seen.width, height_ = seen.height;
  now_ = 0;
  for (const auto& object : seen.objects) {
    if (object.state != model::TrackState::Confirmed) continue;
    ++now_;
    tracks_[object.label].insert(object.track_id);
  }
}

void ChannelSummary::trouble(const std::string& text) {
  const bool known = std::find(troubles_.begin(), troubles_.end(), text) != troubles_.end();
  if (!text.empty() && !known && troubles_.size() < kMostTroubles) troubles_.push_back(text);
}

std::string ChannelSummary::line(double seconds) {
  const auto fps = seconds > 0 ? static_cast<double>(frames_ - told_) / seconds : 0;
  told_ = frames_;
  std::size_t tracks = 0;
  for (const auto& [label, ids] : tracks_) tracks += ids.size();
  return fmt::format("{:.1f} pictures a second, {} in view, {} tracks", fps, now_, tracks);
}

Json ChannelSummary::json() const {
  Json tracks = Json::object();
  std::set<std::uint64_t> all;
  for (const auto& [label, ids] : tracks_) {
    tracks[label] = ids.size();
    all.insert(ids.begin(), ids.end());
  }
  return {{"analysed", frames_},
          {"detected", detected_},
          {"media_seconds", std::round(std::chrono::duration<double>(last_ - first_).count() * 1000) / 1000},
          {"width", width_},
          {"height", height_},
          {"tracks", all.size()},
          {"tracks_by_label", tracks},
          {"latency_ms",
           {{"p50", ms(latency_.quantile(0.5))},
            {"p95", ms(latency_.quantile(0.95))},
            {"p99", ms(latency_.quantile(0.99))}}},
          {"model", model_},
          {"device", device_},
          {"problems", troubles_}};
}

}  // namespace vigil::app
