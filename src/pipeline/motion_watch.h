#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "base/clock.h"
#include "bus/bus.h"
#include "model/camera.h"
#include "model/observation.h"
#include "motion/debounce.h"

namespace vigil::pipeline {

// Makes motion events of what was seen in a camera's pictures and publishes them, at the capture time of the picture.
// Stays in the server: an event outlives the process that looked at the pictures. Not thread-safe.
class MotionWatch {
 public:
  MotionWatch(std::string camera_id, bus::Bus& bus) : camera_id_(std::move(camera_id)), bus_(bus) {}

  // Other settings begin anew; an open event is ended.
  void adopt(const model::MotionSettings& settings, WallTime now);

  bool enabled() const { return debounce_ != nullptr; }
  bool open() const { return debounce_ && debounce_->open(); }

  void see(const model::Observation& seen);

  // Time has passed without a picture.
  void pass(WallTime now);

  // Ends an open event.
  void finish(WallTime now);

 private:
  void tell(const std::optional<model::MotionDetected>& told, WallTime time);

  const std::string camera_id_;
  bus::Bus& bus_;
  model::MotionSettings settings_;
  std::unique_ptr<motion::Debounce> debounce_;
};

// How often key frames are looked at, at most.
std::optional<Nanos> key_frame_pace(const model::MotionSettings& motion, const model::AnalysisSettings& analysis);

}  // namespace vigil::pipeline
