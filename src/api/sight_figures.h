#pragma once

#include <array>
#include <deque>
#include <map>
#include <optional>
#include <string>

#include "base/clock.h"
#include "base/sync.h"
#include "model/observation.h"

// How the analysis of each camera goes, as its observations tell: rates over the last ten seconds, and how long each
// stage took, over the last minute.

namespace vigil::api {

struct Quantiles {
  double p50 = 0, p95 = 0, p99 = 0;  // milliseconds
  bool operator==(const Quantiles&) const = default;
};

// The stages of model::StageTimes in their order; the last is the whole way.
inline constexpr std::array<const char*, 9> kStages = {"queued", "decode",      "motion", "wait", "preprocess",
                                                       "infer",  "postprocess", "track",  "total"};
inline constexpr std::size_t kInfer = 5, kTotal = 8;

struct SightReport {
  std::string model, device;
  double analysed_fps = 0, detected_fps = 0;
  // Only frames that a stage was run for count: nothing is detected where nothing moves.
  std::array<Quantiles, kStages.size()> stages;
};

// Thread-safe. At most 600 frames of a camera are kept; a camera that says nothing for a minute is forgotten.
class SightFigures {
 public:
  explicit SightFigures(Clock& clock) : clock_(clock) {}
  void observe(const model::Observation& seen) VIGIL_EXCLUDES(mutex_);
  // Nothing: no observation for ten seconds.
  std::optional<SightReport> of(const std::string& camera) const VIGIL_EXCLUDES(mutex_);

 private:
  struct Frame {
    SteadyTime at;
    bool detected = false;
    std::array<float, kStages.size()> ms{};
  };
  struct Camera {
    std::string model, device;
    SteadyTime since;
    std::deque<Frame> frames;
  };
  static Frame frame_of(const model::Observation& seen, SteadyTime now);

  Clock& clock_;
  mutable Mutex mutex_;
  std::map<std::string, Camera> cameras_ VIGIL_GUARDED_BY(mutex_);
};

}  // namespace vigil::api
