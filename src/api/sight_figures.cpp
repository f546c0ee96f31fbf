#include "api/sight_figures.h"

#include <algorithm>
#include <cmath>
#include <vector>

namespace vigil::api {
namespace {

constexpr Nanos kRates = std::chrono::seconds(10), kKept = std::chrono::minutes(1);
constexpr std::size_t kFrames = 600;

float milliseconds(Nanos time) {
  return std::chrono::duration<float, std::milli>(time).count();
}

// By the nearest rank: the least value that so many do not exceed.
double quantile(const std::vector<float>& sorted, double part) {
  if (sorted.empty()) return 0;
  const auto rank = static_cast<std::size_t>(std::ceil(part * static_cast<double>(sorted.size())));
  return double{sorted[std::clamp<std::size_t>(rank, 1, sorted.size()) - 1]};
}

// Whether the stage is part of the detector's work.
bool detecting(std::size_t stage) {
  return stage >= 3 && stage <= 6;
}

}  // namespace

SightFigures::Frame SightFigures::frame_of(const model::Observation& seen, SteadyTime now) {
  const auto& times = seen.times;
  return {now,
          seen.detected,
          {milliseconds(times.queued), milliseconds(times.decode), milliseconds(times.motion), milliseconds(times.wait),
           milliseconds(times.preprocess), milliseconds(times.infer), milliseconds(times.postprocess),
           milliseconds(times.track), milliseconds(times.total)}};
}

void SightFigures::observe(const model::Observation& seen) {
  const auto now = clock_.steady();
  MutexLock lock(mutex_);
  auto [entry, is_new] = cameras_.try_emplace(seen.camera_id);
  auto& camera = entry->second;
  if (is_new || now - camera.frames.back().at > kRates) camera.since = now;
  camera.model = seen.model;
  camera.device = seen.device;
  camera.frames.push_back(frame_of(seen, now));
  while (camera.frames.size() > kFrames || now - camera.frames.front().at > kKept) camera.frames.pop_front();
  if (is_new) std::erase_if(cameras_, [&](const auto& one) { return now - one.second.frames.back().at > kKept; });
}

std::optional<SightReport> SightFigures::of(const std::string& id) const {
  const auto now = clock_.steady();
  Camera camera;
  {
    MutexLock lock(mutex_);
    auto found = cameras_.find(id);
    if (found == cameras_.end() || now - found->second.frames.back().at > kRates) return std::nullopt;
    camera = found->second;
  }
  SightReport out;
  out.model = camera.model;
  out.device = camera.device;
  // The frames of the last ten seconds, or of as many seconds as are kept, or have passed since the first.
  auto from = std::max(now - kRates, camera.since);
  if (camera.frames.size() == kFrames) from = std::max(from, camera.frames.front().at);
  const double seconds = std::max(1.0, std::chrono::duration<double>(now - from).count());
  for (const auto& frame : camera.frames) {
    if (frame.at < from) continue;
    out.analysed_fps += 1 / seconds;
    if (frame.detected) out.detected_fps += 1 / seconds;
  }
  for (std::size_t stage = 0; stage < kStages.size(); ++stage) {
    std::vector<float> values;
    for (const auto& frame : camera.frames) {
      if (frame.detected || !detecting(stage)) values.push_back(frame.ms[stage]);
    }
    std::sort(values.begin(), values.end());
    out.stages[stage] = {quantile(values, 0.5), quantile(values, 0.95), quantile(values, 0.99)};
  }
  return out;
}

}  // namespace vigil::api
