#pragma once

#include <memory>
#include <vector>

#include "base/clock.h"
#include "media/frame.h"
#include "model/analysis.h"
#include "model/camera.h"
#include "motion/detector.h"
#include "vision/tracker.h"

// Whether the detector has to look at a frame: not where nothing moves and nothing moved a moment ago. Private to the
// analysis.

namespace vigil::pipeline {

class AnalysisGate {
 public:
  // Learns the scene anew where the settings of motion changed.
  void adopt(const model::AnalysisSettings& analysis, const model::MotionSettings& motion);

  struct Answer {
    motion::Analysis motion;
    bool nothing_moves = false;  // sure of it
    bool look = true;            // the detector should
  };
  // `tracks`: those after the last frame. `at`: media time.
  Answer ask(const media::Plane& luma, Nanos at, const std::vector<vision::Track>& tracks);

  // The detector has looked.
  void looked(Nanos at) { last_look_ = at; }

  void reset();  // after an interruption

 private:
  std::unique_ptr<motion::Detector> detector_;
  model::MotionSettings settings_;
  bool gate_ = true;
  Nanos last_moved_{kNever}, last_look_{kNever};
  static constexpr Nanos kNever{INT64_MIN / 2};
};

}  // namespace vigil::pipeline
