#include "pipeline/analysis_gate.h"

#include <algorithm>
#include <chrono>

namespace vigil::pipeline {
namespace {

using std::chrono::milliseconds;

// Somebody who has come to rest is looked at a little longer, so that his track learns that he rests.
constexpr Nanos kLinger = milliseconds(1500);
// A full look now and then finds what motion missed: small or slow things, and what was there from the beginning.
constexpr Nanos kFullLook = milliseconds(3000);

}  // namespace

void AnalysisGate::adopt(const model::AnalysisSettings& analysis, const model::MotionSettings& motion) {
  gate_ = analysis.enabled && analysis.motion_gate;
  last_look_ = kNever;
  if (!gate_ && !motion.enabled) {
    detector_.reset();
  } else if (!detector_ || !(settings_ == motion)) {
    detector_ = std::make_unique<motion::Detector>(motion);
  }
  settings_ = motion;
}

AnalysisGate::Answer AnalysisGate::ask(const media::Plane& luma, Nanos at, const std::vector<vision::Track>& tracks) {
  Answer out;
  if (!detector_) return out;
  out.motion = detector_->analyse(luma, at);
  if (out.motion.moving() || out.motion.global_change || out.motion.calibrating || at < last_moved_) last_moved_ = at;
  if (at < last_look_) last_look_ = kNever;
  out.nothing_moves = at - last_moved_ > Nanos(0);
  if (!gate_) return out;
  const bool restless = std::any_of(tracks.begin(), tracks.end(), [](const auto& track) {
    return !track.stationary && track.state != model::TrackState::Lost;
  });
  out.look = restless || at - last_moved_ < kLinger || at - last_look_ >= kFullLook;
  return out;
}

void AnalysisGate::reset() {
  if (detector_) detector_->reset();
  last_moved_ = last_look_ = kNever;
}

}  // namespace vigil::pipeline
