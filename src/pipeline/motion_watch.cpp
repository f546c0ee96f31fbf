#include "pipeline/motion_watch.h"

#include <utility>

#include "base/ids.h"

namespace vigil::pipeline {
namespace {

using std::chrono::milliseconds;

// A tenth less than half and a fifth of a second: pictures never come on the dot.
constexpr milliseconds kKeyFramePace{450};
constexpr milliseconds kEveryFramePace{180};
constexpr std::chrono::seconds kClockSlack{5};  // frames are not quite in the order of their packets

}  // namespace

void MotionWatch::adopt(const model::MotionSettings& settings, WallTime now) {
  if (settings == settings_ && enabled() == settings.enabled) return;
  finish(now);
  settings_ = settings;
  last_.reset();
  detector_.reset();
  debounce_.reset();
  if (!settings.enabled) return;
  detector_ = std::make_unique<motion::Detector>(settings);
  debounce_ = std::make_unique<motion::Debounce>(settings, new_uuid);
}

bool MotionWatch::due(WallTime captured) const {
  if (!enabled()) return false;
  // A clock that was set back does not stop us.
  if (!last_ || captured + kClockSlack < *last_) return true;
  return captured - *last_ >= (settings_.every_frame ? kEveryFramePace : kKeyFramePace);
}

void MotionWatch::see(const media::Frame& frame) {
  if (frame.sequence <= last_sequence_ || !due(frame.captured)) return;
  last_ = frame.captured;
  last_sequence_ = frame.sequence;
  const auto analysis = detector_->analyse(frame.luma(), frame.captured.time_since_epoch());
  tell(debounce_->step(analysis, frame.captured), frame.captured);
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

}  // namespace vigil::pipeline
