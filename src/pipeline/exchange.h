#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <stop_token>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "base/sync.h"
#include "model/camera.h"
#include "pipeline/camera_pipeline.h"
#include "pipeline/frame_ring.h"
#include "vision/draw.h"

namespace vigil::pipeline {

// What the pipeline's thread (the feeder), the analyst and those who ask for frames share: who looks until when, which
// frames there are, the figures. Thread-safe.
class Exchange {
 public:
  Exchange(const Config& config, const AnalysisConfig& analysis, Clock& clock)
      : config_(config), clock_(clock), analysis_(analysis), ring_(config.frame_ring_bytes, config.frame_ring_age) {}

  // --- for those who ask ---

  // Somebody looks: every frame is decoded from now on, until `linger` after the last one who asked.
  void ask() VIGIL_EXCLUDES(mutex_);

  // The newest frame once everything up to the packet `target` has been decoded, or once there is one captured at
  // `fresh` or later. When the time is up: whatever frame is the newest, null when there is none.
  FrameNotePtr wait_through(std::uint64_t target, WallTime fresh, std::chrono::milliseconds timeout)
      VIGIL_EXCLUDES(mutex_);

  // The newest frame once it is another than `sequence`; null when the time is up or stop was requested.
  FrameNotePtr wait_beyond(std::uint64_t sequence, std::chrono::milliseconds timeout, std::stop_token stop)
      VIGIL_EXCLUDES(mutex_);

  // From the ring; null or empty when it cannot answer. `newest_packet`: sequence of the newest video packet.
  FrameNotePtr at(WallTime time, std::uint64_t newest_packet) const VIGIL_EXCLUDES(mutex_);
  std::vector<FrameNotePtr> last(std::size_t count, std::uint64_t newest_packet) const VIGIL_EXCLUDES(mutex_);

  // Bounds how many past pictures are decoded at a time: waits for a place; false when none came free or all is over.
  bool enter_one_shot(std::chrono::milliseconds timeout) VIGIL_EXCLUDES(mutex_);
  void leave_one_shot() VIGIL_EXCLUDES(mutex_);

  void set_motion(const model::MotionSettings& settings) VIGIL_EXCLUDES(mutex_);
  void set_analysis(const model::AnalysisSettings& settings) VIGIL_EXCLUDES(mutex_);
  Figures figures() const VIGIL_EXCLUDES(mutex_);

  // What was seen last, as it is drawn.
  struct Seen {
    WallTime captured;
    std::shared_ptr<const vision::Drawing> drawing;  // null: nothing yet
  };
  Seen seen() const VIGIL_EXCLUDES(mutex_);

  // Wakes everybody; they give up.
  void stop() VIGIL_EXCLUDES(mutex_);
  bool stopped() const VIGIL_EXCLUDES(mutex_);

  // --- for the feeder ---

  // Ends its sleep when somebody asks for something new. Taken before looking at what is wanted, so that nothing is
  // missed.
  std::stop_token nap() VIGIL_EXCLUDES(mutex_);
  // Sleeps for `duration`, or until the nap ends.
  void rest(std::stop_token nap, std::chrono::milliseconds duration) VIGIL_EXCLUDES(mutex_);
  bool wanted() const VIGIL_EXCLUDES(mutex_);  // somebody looks
  AnalysisConfig analysis() const VIGIL_EXCLUDES(mutex_);
  void wake() VIGIL_EXCLUDES(mutex_);  // ends the nap

  // Frames are kept from here on, and shown once the packet `target` has been decoded: what comes before it is catching
  // up.
  void begin_watch(std::uint64_t target) VIGIL_EXCLUDES(mutex_);
  // Forgets the frames if nobody looks any more; whether it did.
  bool end_watch_if_unwanted() VIGIL_EXCLUDES(mutex_);
  // What became of a packet. `current`: it was sent since the feeder last began anew, so it tells how far decoding got.
  void done(const Outcome& outcome, bool current) VIGIL_EXCLUDES(mutex_);
  void lagged(std::uint64_t packets) VIGIL_EXCLUDES(mutex_);
  void motion_open(bool open) VIGIL_EXCLUDES(mutex_);
  void analysis_figures(const AnalysisFigures& figures) VIGIL_EXCLUDES(mutex_);
  void saw(Seen seen) VIGIL_EXCLUDES(mutex_);

 private:
  bool wanted_now() const VIGIL_REQUIRES(mutex_) { return askers_ > 0 || clock_.steady() < watch_until_; }
  bool shown() const VIGIL_REQUIRES(mutex_) { return watching_ && !ring_.empty() && decoded_through_ >= show_from_; }
  class Asking;  // counts as looking for as long as it lives

  const Config config_;
  Clock& clock_;
  mutable Mutex mutex_;
  CondVar changed_;
  CondVar resting_;  // nobody notifies it: only the nap ends the wait
  AnalysisConfig analysis_ VIGIL_GUARDED_BY(mutex_);
  NoteRing ring_ VIGIL_GUARDED_BY(mutex_);
  std::stop_source nap_ VIGIL_GUARDED_BY(mutex_);
  SteadyTime watch_until_ VIGIL_GUARDED_BY(mutex_){};
  int askers_ VIGIL_GUARDED_BY(mutex_) = 0;
  int one_shots_ VIGIL_GUARDED_BY(mutex_) = 0;
  bool watching_ VIGIL_GUARDED_BY(mutex_) = false;
  bool stopped_ VIGIL_GUARDED_BY(mutex_) = false;
  std::uint64_t decoded_through_ VIGIL_GUARDED_BY(mutex_) = 0;  // since begin_watch
  std::uint64_t show_from_ VIGIL_GUARDED_BY(mutex_) = 0;
  Figures figures_ VIGIL_GUARDED_BY(mutex_);
  Seen seen_ VIGIL_GUARDED_BY(mutex_);
};

}  // namespace vigil::pipeline
