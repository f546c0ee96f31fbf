#include "pipeline/stage_latency.h"

namespace vigil::pipeline {

void StageLatency::add(const model::Observation& seen) {
  const auto& times = seen.times;
  queued.add(times.queued);
  decode.add(times.decode);
  motion.add(times.motion);
  wait.add(times.wait);
  if (seen.detected) {
    preprocess.add(times.preprocess);
    infer.add(times.infer);
    postprocess.add(times.postprocess);
  }
  track.add(times.track);
  total.add(times.total);
}

void StageLatency::merge(const StageLatency& other) {
  queued.merge(other.queued);
  decode.merge(other.decode);
  motion.merge(other.motion);
  wait.merge(other.wait);
  preprocess.merge(other.preprocess);
  infer.merge(other.infer);
  postprocess.merge(other.postprocess);
  track.merge(other.track);
  total.merge(other.total);
}

}  // namespace vigil::pipeline
