#pragma once

#include "base/duration_histogram.h"
#include "model/observation.h"

namespace vigil::pipeline {

// The times of a camera's stages over many observations, for p50, p95 and p99 of each. 28 kB. Not thread-safe.
struct StageLatency {
  DurationHistogram queued, decode, motion, wait, preprocess, infer, postprocess, track, total;

  // What a frame was not given to (the detector, where nothing moved) does not count.
  void add(const model::Observation& seen);
  void merge(const StageLatency& other);

  // Calls tell(name, histogram) for each stage, in order.
  template <typename Tell>
  void each(Tell&& tell) const {
    tell("queued", queued);
    tell("decode", decode);
    tell("motion", motion);
    tell("wait", wait);
    tell("preprocess", preprocess);
    tell("infer", infer);
    tell("postprocess", postprocess);
    tell("track", track);
    tell("total", total);
  }
};

}  // namespace vigil::pipeline
