#pragma once

#include <functional>
#include <optional>
#include <string>

#include "base/clock.h"
#include "model/camera.h"
#include "model/event.h"
#include "motion/detector.h"

// Analyses of single pictures → one event with a beginning and an end. Pure: time comes with the pictures.

namespace vigil::motion {

// Not thread-safe.
class Debounce {
 public:
  // `new_id` names a new event (base/ids.h: new_uuid).
  Debounce(const model::MotionSettings& settings, std::function<std::string()> new_id);

  // What is to be told after this picture, if anything: Start once movement has lasted start_after_s (with
  // interruptions of less than a second; `began` is when it really began), then Update about once a second while it
  // lasts, then End after end_after_s of quiet. An End carries the largest area and score of the whole event and no
  // boxes.
  std::optional<model::MotionDetected> step(const Analysis& analysis, WallTime time);

  // Time passes without pictures (the camera is away).
  std::optional<model::MotionDetected> quiet(WallTime time) { return step(Analysis{}, time); }

  // Ends an open event at once; nothing when there is none.
  std::optional<model::MotionDetected> finish();

  bool open() const { return event_.has_value(); }

 private:
  std::optional<model::MotionDetected> moved(const Analysis& analysis, WallTime time);
  std::optional<model::MotionDetected> rested(WallTime time);
  void follow_clock(WallTime time);

  const std::chrono::microseconds start_after_, end_after_;
  const std::function<std::string()> new_id_;
  std::optional<WallTime> began_;               // movement is going on since; not yet an event, perhaps
  std::optional<model::MotionDetected> event_;  // the open event, with its largest area and score
  WallTime now_, last_moved_, last_told_;
};

}  // namespace vigil::motion
