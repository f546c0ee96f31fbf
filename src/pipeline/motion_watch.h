#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "base/clock.h"
#include "bus/bus.h"
#include "media/frame.h"
#include "model/camera.h"
#include "motion/debounce.h"
#include "motion/detector.h"

namespace vigil::pipeline {

// Looks for motion in some of a camera's frames and publishes its events, at the capture time of the frame. Not
// thread-safe.
class MotionWatch {
 public:
  MotionWatch(std::string camera_id, bus::Bus& bus) : camera_id_(std::move(camera_id)), bus_(bus) {}

  // Other settings begin anew; an open event is ended.
  void adopt(const model::MotionSettings& settings, WallTime now);

  bool enabled() const { return debounce_ != nullptr; }
  bool open() const { return debounce_ && debounce_->open(); }

  // Whether a picture captured at `captured` would be looked at: not oftener than the settings say.
  bool due(WallTime captured) const;

  // Looks at the frame if it is due and newer than those before.
  void see(const media::Frame& frame);

  // Time has passed without a frame.
  void pass(WallTime now);

  // Ends an open event.
  void finish(WallTime now);

 private:
  void tell(const std::optional<model::MotionDetected>& told, WallTime time);

  const std::string camera_id_;
  bus::Bus& bus_;
  model::MotionSettings settings_;
  std::unique_ptr<motion::Detector> detector_;
  std::unique_ptr<motion::Debounce> debounce_;
  std::optional<WallTime> last_;  // captured time of the frame looked at last
  std::uint64_t last_sequence_ = 0;
};

}  // namespace vigil::pipeline
