#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>

#include "media/frame.h"
#include "model/observation.h"
#include "pipeline/analysis.h"

namespace vigil::pipeline {

// Shows one camera's decoded pictures to its analysis, each only once: after a new beginning pictures come that came
// before. Not thread-safe, but for analysis().due() and what else Analysis says of itself.
class Analysing {
 public:
  Analysing(std::string camera_id, DetectorFactory& detectors, std::uint64_t next_track_id, Clock& clock)
      : analysis_(std::move(camera_id), detectors, next_track_id, clock) {}

  std::optional<model::Observation> see(const media::FramePtr& frame, const model::StageTimes& so_far) {
    // In the order in which they are shown, sequences go up and down, and after a reconnect times may.
    if (frame->sequence <= sequence_ && frame->pts <= pts_) return std::nullopt;
    sequence_ = frame->sequence;
    pts_ = frame->pts;
    return analysis_.see(frame, so_far);
  }
  Analysis& analysis() { return analysis_; }

 private:
  Analysis analysis_;
  std::uint64_t sequence_ = 0;
  Ticks pts_{0};
};

}  // namespace vigil::pipeline
