#include "pipeline/motion_watch.h"

#include <algorithm>

#include "base/ids.h"

namespace vigil::pipeline {
namespace {

using std::chrono::milliseconds;

// A tenth less than half a second and a second: pictures never come on the dot.
constexpr milliseconds kMotionPace{450};
constexpr milliseconds kEconomicPace{900};

}  // namespace

void MotionWatch::adopt(const model::MotionSettings& settings, WallTime now) {
  if (settings == settings_ && enabled() == settings.enabled) return;
  finish(now);
  settings_ = settings;
  debounce_.reset();
  if (settings.enabled) debounce_ = std::make_unique<motion::Debounce>(settings, new_uuid);
}

void MotionWatch::see(const model::Observation& seen) {
  if (!enabled()) return;
  motion::Analysis analysis;
  analysis.score = seen.motion_score;
  analysis.area = seen.motion_area;
  analysis.boxes = seen.motion;
  tell(debounce_->step(analysis, seen.captured), seen.captured);
}

void MotionWatch::pass(WallTime now) {
  if (open()) tell(debounce_->quiet(now), now);
}

void MotionWatch::finish(WallTime now) {
  if (debounce_) tell(debounce_->finish(), now);
}

void MotionWatch::tell(const std::optional<model::MotionDetected>& told, WallTime time) {
  if (told) bus_.publish(model::Event{camera_id_, time, *told});
}

std::optional<Nanos> key_frame_pace(const model::MotionSettings& motion, const model::AnalysisSettings& analysis) {
  if (motion.enabled) return kMotionPace;
  if (analysis.enabled) return kEconomicPace;
  return std::nullopt;
}

}  // namespace vigil::pipeline
