#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>

#include "base/clock.h"
#include "base/sync.h"
#include "bus/bus.h"
#include "pipeline/analyst.h"
#include "pipeline/camera_pipeline.h"
#include "pipeline/exchange.h"
#include "pipeline/motion_watch.h"
#include "pipeline/rendition_streams.h"
#include "stream/stream.h"

namespace vigil::pipeline {

// What the pipeline's thread does: sleeps, or hands packets to the analyst, a key frame now and then or every one. What
// comes back arrives on the analyst's threads.
class Feeder final : public AnalystListener {
 public:
  Feeder(const std::string& camera_id, std::shared_ptr<stream::Stream> stream, const Config& config, Outlets outlets,
         Clock& clock, std::function<void(media::FramePtr)> on_snapshot, Analysts& analysts, Exchange& exchange,
         RenditionStreams& renditions);
  ~Feeder() override;

  // Until the exchange is stopped.
  void run();

  Analyst& analyst() { return *analyst_; }

 private:
  enum class Mode {
    Rest,        // nothing to do
    KeyFrames,   // for motion, economic analysis and the snapshot
    EveryFrame,  // for motion, analysis and renditions
    Watch,       // somebody looks
  };
  Mode wanted_mode() const;
  void change_to(Mode mode);
  void adopt(const AnalysisConfig& config) VIGIL_EXCLUDES(mutex_);
  void settle() VIGIL_EXCLUDES(mutex_);

  void look_at_key_frame(std::stop_token nap);
  void follow(std::stop_token nap);
  void take(std::stop_token nap);
  void begin_anew();
  void lost_packets(std::uint64_t packets);
  void catch_up(const media::Packet& packet, bool waited);
  void let_out();
  bool hand_over(const media::PacketPtr& packet, Order order);
  bool is_poison(const media::Packet& packet);
  std::chrono::milliseconds until_snapshot(WallTime now) VIGIL_EXCLUDES(mutex_);
  bool snapshot_due(WallTime captured) VIGIL_EXCLUDES(mutex_);
  bool look_due(WallTime captured) const;
  bool motion_open() const VIGIL_EXCLUDES(motion_mutex_);
  void pass_time() VIGIL_EXCLUDES(motion_mutex_);

  // The analyst's calls.
  void done(const Outcome& outcome) override VIGIL_EXCLUDES(mutex_);
  void observed(model::Observation observation) override VIGIL_EXCLUDES(motion_mutex_);
  void figures(const AnalysisFigures& figures) override;
  void rendered(model::Rendition rendition, media::Packet packet) override;
  void ready() override;
  void lost(std::uint64_t poison) override VIGIL_EXCLUDES(mutex_);

  const std::string camera_id_;
  const std::shared_ptr<stream::Stream> stream_;
  const Config config_;
  const Outlets outlets_;
  Clock& clock_;
  const std::function<void(media::FramePtr)> on_snapshot_;
  Exchange& exchange_;
  RenditionStreams& renditions_;

  // Of the pipeline's thread.
  AnalysisConfig analysis_;
  Mode mode_ = Mode::Rest;
  model::Renditions wanted_;
  std::uint64_t render_from_ = 0;         // packets before it are catching up
  std::optional<stream::Cursor> cursor_;  // of EveryFrame and Watch
  std::optional<stream::Cursor> keys_;    // of KeyFrames
  media::PacketPtr held_;                 // that the analyst did not take yet
  bool started_ = false;                  // a key frame was handed over, and all since
  std::optional<WallTime> last_key_, last_look_;
  std::uint64_t poison_ = 0;
  bool ended_ = false;  // the stream is closed and read to its end

  std::atomic<std::uint32_t> epoch_{1};

  Mutex mutex_;
  media::FramePtr snapshot_ VIGIL_GUARDED_BY(mutex_);  // came, and waits for the pipeline's thread
  std::optional<WallTime> last_snapshot_ VIGIL_GUARDED_BY(mutex_);
  std::optional<WallTime> snapshot_ordered_ VIGIL_GUARDED_BY(mutex_);
  std::optional<std::uint64_t> lost_ VIGIL_GUARDED_BY(mutex_);  // the poison, or 0

  // Held while publishing, which never waits, so that no end of an event overtakes its beginning.
  mutable Mutex motion_mutex_;
  MotionWatch motion_ VIGIL_GUARDED_BY(motion_mutex_);
  vision::Trails trails_ VIGIL_GUARDED_BY(motion_mutex_);
  bool finished_ VIGIL_GUARDED_BY(motion_mutex_) = false;  // nothing more is published
  std::uint64_t seen_sequence_ VIGIL_GUARDED_BY(motion_mutex_) = 0;
  Ticks seen_pts_ VIGIL_GUARDED_BY(motion_mutex_){0};

  std::unique_ptr<Analyst> analyst_;  // last: it calls us
};

}  // namespace vigil::pipeline
