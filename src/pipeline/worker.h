#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>

#include "base/clock.h"
#include "bus/bus.h"
#include "media/decoder.h"
#include "pipeline/camera_pipeline.h"
#include "pipeline/exchange.h"
#include "pipeline/motion_watch.h"
#include "stream/stream.h"

namespace vigil::pipeline {

// What the pipeline's thread does: sleeps, looks at a key frame now and then, or decodes every frame.
class Worker {
 public:
  Worker(const std::string& camera_id, std::shared_ptr<stream::Stream> stream, const Config& config, bus::Bus& bus,
         Clock& clock, std::function<void(media::FramePtr)> on_snapshot, DecoderFactory make_decoder,
         Exchange& exchange);

  // Until the exchange is stopped.
  void run();

 private:
  enum class Mode {
    Rest,        // nothing to do
    KeyFrames,   // for motion and the snapshot
    EveryFrame,  // for motion
    Watch,       // somebody looks
  };
  Mode wanted_mode(const model::MotionSettings& motion) const;
  void change_to(Mode mode);

  void look_at_key_frame(std::stop_token nap);
  void follow(std::stop_token nap);
  void take(const media::Packet& packet);
  void lost(std::uint64_t packets);
  void catch_up(const media::Packet& packet);
  void decode(const media::Packet& packet, const media::DecoderOptions& options, bool alone);
  void use(const std::vector<media::FramePtr>& frames);
  std::chrono::milliseconds until_snapshot(WallTime now) const;
  bool snapshot_due(WallTime captured) const;
  void pass_time();

  const std::shared_ptr<stream::Stream> stream_;
  const Config config_;
  Clock& clock_;
  const std::function<void(media::FramePtr)> on_snapshot_;
  const DecoderFactory make_decoder_;
  Exchange& exchange_;
  MotionWatch motion_;

  Mode mode_ = Mode::Rest;
  std::optional<stream::Cursor> cursor_;  // of EveryFrame and Watch
  std::optional<stream::Cursor> keys_;    // of KeyFrames
  std::unique_ptr<media::Decoder> decoder_;
  bool decoder_skips_filter_ = false;
  std::optional<WallTime> last_key_, last_snapshot_;
  bool ended_ = false;  // the stream is closed and read to its end
};

}  // namespace vigil::pipeline
