#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "media/frame.h"
#include "model/analysis.h"
#include "model/camera.h"
#include "model/observation.h"
#include "pipeline/recognition.h"
#include "vision/detector.h"
#include "vision/tracker.h"

// One camera's decoded pictures → what was seen in them: motion → (gate) → detect → track → attributes. The same code
// runs in an analyser child, in `vigil process` and in tests.

namespace vigil::pipeline {

struct AnalysisConfig {
  model::MotionSettings motion;
  model::AnalysisSettings analysis;
  bool operator==(const AnalysisConfig&) const = default;
};

// Where the detectors come from; shared by all cameras of a process, thread-safe. An unknown model is NotFound with the
// names there are; "" is the default one, "classic" the built-in one.
class DetectorFactory {
 public:
  virtual ~DetectorFactory() = default;
  virtual Result<std::unique_ptr<vision::Detector>> make(const std::string& model) = 0;
  // What else is to be recognised as the settings ask (attributes, plates, appearance). Null: nothing.
  virtual std::unique_ptr<Recognition> recognise(const std::string& /*camera_id*/, const model::AnalysisSettings&) {
    return nullptr;
  }
};

struct AnalysisFigures {
  std::uint64_t offered = 0;   // frames given to see(), and those passed over
  std::uint64_t analysed = 0;  // led to an observation
  std::uint64_t detected = 0;  // were given to the detector
  std::uint64_t failed = 0;    // the detector could not look at them
  double fps = 0;              // analysed, over the last seconds
  std::uint64_t looks = 0;     // at single tracks, to recognise more than their class
  double look_ms = 0;          // what one look took on average
  std::string degraded;        // why less is done than was asked for; empty when all is
};

// Run by one lane of the scheduler: not thread-safe, but for due(), key_frames_only(), passed_over() and figures().
class Analysis {
 public:
  Analysis(std::string camera_id, DetectorFactory& detectors, std::uint64_t next_track_id = 1,
           Clock& clock = system_clock());
  ~Analysis();

  // Other settings take effect with the next frame; tracks go on where they can. An error (unknown model, …) is told
  // once; the camera goes on with motion alone until it is configured anew. A class that the model does not know is no
  // error: it stands in figures().degraded, and the other classes are looked for.
  Result<void> adopt(const AnalysisConfig& config);

  // Whether a picture that arrived then would be looked at: asked before decoding it is worth while (economic mode),
  // and before queueing it. (Every n-th: always, since only see() counts.)
  bool due(WallTime captured) const;
  bool key_frames_only() const;  // nothing but key frames need be decoded

  // Looks at the frame. `so_far`: the times of what was done to it before; `so_far.total` is what has passed since its
  // packet arrived. Nothing when it was not due.
  std::optional<model::Observation> see(const media::FramePtr& frame, const model::StageTimes& so_far);

  // How many frames, in all, were due and never given to see() because a newer one came (LaneFigures::replaced): the
  // adaptive rate falls by it.
  void passed_over(std::uint64_t total);

  // The stream was interrupted: the background is learnt anew, tracks coast.
  void discontinuity();

  // Tracks of the process before this one: their ids go on. Times are those of the camera's clock (captured).
  void seed(const std::vector<vision::TrackSeed>& tracks);
  // After seed(): what was agreed on about these tracks.
  void remember(const Recognised& recognised);
  std::vector<vision::TrackSeed> seeds() const;
  std::uint64_t next_track_id() const;
  AnalysisFigures figures() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace vigil::pipeline
