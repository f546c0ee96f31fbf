#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "bus/bus.h"
#include "media/frame.h"
#include "model/camera.h"
#include "pipeline/analyst.h"
#include "pipeline/rendition_streams.h"
#include "stream/stream.h"

// Per camera: packets → an analyst, who opens them → frames, observations, motion events. It sees only a stream and
// answers only with values. Only what somebody looks at is decoded: nothing while nobody does, but key frames now and
// then for the snapshot and for motion, where that is on, and every frame where analysis asks for it.

namespace vigil::pipeline {

class PlateJudge;
class SubjectAssigner;
class TrackNumbers;

struct Config {
  std::size_t frame_ring_bytes = 48u << 20;  // decoded frames kept while somebody looks
  std::chrono::milliseconds frame_ring_age{5000};
  std::chrono::milliseconds linger{10000};  // goes on decoding, or making a rendition, so long after it was wanted
  std::chrono::milliseconds snapshot_interval{10000};  // pace of key frames for the last good picture
  bool operator==(const Config&) const = default;
};

struct Figures {
  bool watching = false;  // every frame is being decoded
  bool motion = false;
  std::uint64_t decoded_frames = 0, decode_errors = 0;
  std::size_t ring_bytes = 0, ring_frames = 0;
  std::uint64_t lagged_packets = 0;
  std::optional<WallTime> last_decoded;
  model::Renditions renditions;  // that are being made
  AnalysisFigures analysis;
};

// Where values go.
struct Outlets {
  bus::Bus& events;
  bus::Observations* observations = nullptr;  // null: nobody asks what was seen
  // Are shown every observation before it is published.
  SubjectAssigner* subjects = nullptr;
  PlateJudge* plates = nullptr;
  TrackNumbers* track_numbers = nullptr;  // null: each analyst counts from 1
};

// One thread, from start() to stop(). All members are thread-safe; questions run on the caller's thread.
class CameraPipeline {
 public:
  // `on_snapshot` gets one good frame at the snapshot pace, on the pipeline's thread; may be empty. `analysts` outlives
  // it.
  CameraPipeline(std::string camera_id, std::shared_ptr<stream::Stream> stream, AnalysisConfig analysis, Config config,
                 Outlets outlets, Clock& clock, std::function<void(media::FramePtr)> on_snapshot, Analysts& analysts);
  ~CameraPipeline();  // stops
  void start();
  void stop();  // for good; an open motion event is ended and whoever waits gets Cancelled

  // The newest frame. The first question starts decoding at the cached group of pictures; waits up to `timeout`.
  // Unavailable when no picture can be had: nothing received yet, nothing for ten seconds (the camera is away; single
  // pictures, JPEG and PNG, may be older), or none that can be decoded. DeadlineExceeded when decoding did not get
  // there.
  Result<media::FramePtr> latest(std::chrono::milliseconds timeout);

  // The newest frame, once it is another one than `sequence` (0: any): whoever asks slowly skips frames and does not
  // fall behind. DeadlineExceeded when none comes. For MJPEG.
  Result<media::FramePtr> next_after(std::uint64_t sequence, std::chrono::milliseconds timeout, std::stop_token stop);

  // The frame received at or last before `time`: from the decoded ones, else decoded from the packet ring while the
  // caller waits. NotFound when neither reaches back so far, ResourceExhausted when too many ask at once.
  Result<media::FramePtr> at(WallTime time);

  // The last `count` frames, oldest first, bounded by Config::frame_ring_bytes (so maybe fewer). Errors as of latest()
  // and at().
  Result<std::vector<media::FramePtr>> burst(int count);

  // The picture with what was last seen drawn in; the picture itself when that is long ago.
  media::FramePtr annotate(const media::FramePtr& frame) const;

  // A stream that is made of the pictures as long as somebody holds it.
  HeldStream rendition(model::Rendition rendition);

  void set_motion(const model::MotionSettings& settings);
  void set_analysis(const model::AnalysisSettings& settings);
  Figures figures() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace vigil::pipeline
