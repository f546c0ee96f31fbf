#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "ingest/egress.h"
#include "ingest/probe.h"
#include "ingest/publish.h"
#include "media/frame.h"
#include "media/image.h"
#include "model/camera.h"
#include "model/camera_status.h"
#include "pipeline/camera_pipeline.h"
#include "store/repositories.h"
#include "stream/stream.h"

// The cameras of this server: what the store says, running. Adding, changing or removing one touches no other.

namespace vigil::cameras {

struct Config {
  std::string data_dir;  // last good snapshots are kept in data_dir/snapshots
  pipeline::Config pipeline;
  std::size_t packet_ring_bytes = 32u << 20;
  std::chrono::milliseconds packet_ring_age{10000};
  std::chrono::milliseconds connect_timeout{10000};
  std::chrono::milliseconds read_timeout{5000};
  std::vector<std::chrono::milliseconds> retry_delays{std::chrono::seconds(5), std::chrono::seconds(10),
                                                      std::chrono::seconds(20), std::chrono::seconds(40),
                                                      std::chrono::seconds(60)};
  double retry_jitter = 0.2;        // ± this part of a delay
  double connects_per_second = 20;  // over all cameras
  std::chrono::seconds frozen_after{30};
  std::chrono::seconds health_interval{30};
  int max_renditions = 4;  // streams that are encoded here at once, over all cameras
};

// A JPEG and when its picture was received.
struct Picture {
  std::vector<std::uint8_t> jpeg;
  WallTime captured;
  bool live = true;  // false: the last good snapshot of a camera that gives no picture now
};

// A stream of a camera for whoever hands its packets on. One that is connected on demand stays connected as long as
// `hold` lives. It is closed when the camera is changed, stopped or removed: ask again then.
struct LiveStream {
  std::string name;
  std::shared_ptr<stream::Stream> stream;
  std::shared_ptr<const void> hold;
};

class Cameras {
 public:
  // `analysts` open the pictures; all that is given by reference outlives it.
  Cameras(Config config, std::shared_ptr<const ingest::EgressPolicy> egress, store::CameraRepository& repository,
          pipeline::Outlets outlets, Clock& clock, pipeline::Analysts& analysts);
  ~Cameras();

  Result<void> start();  // reads the store and starts what is enabled
  void stop();           // all at once, ≤ 3 s; open events are ended

  // Store first, then run: what these return is stored. `allow_local` as in model::validate.
  Result<model::Camera> add(const model::Camera& camera, bool allow_local);
  Result<model::Camera> change(const model::Camera& camera, bool allow_local);  // version as read, else Conflict
  Result<void> remove(const std::string& id);
  Result<model::Camera> set_enabled(const std::string& id, bool enabled);

  Result<std::vector<model::Camera>> list() const;
  Result<model::Camera> get(const std::string& id) const;

  Result<model::CameraStatus> status(const std::string& id) const;
  std::map<std::string, model::CameraStatus> statuses() const;
  Result<pipeline::AnalysisFigures> analysis(const std::string& id) const;  // zeros while the camera is off
  Result<void> retry_now(const std::string& id);

  // Hands a picture to an http_push camera: NotFound, FailedPrecondition (another source type, or disabled), and what
  // media::inspect_image and PushSource::push answer.
  Result<void> push(const std::string& id, std::span<const std::uint8_t> image, std::optional<WallTime> timestamp);

  // The camera to which an encoder with this stream key publishes. NotFound: none has it; FailedPrecondition: it is
  // switched off.
  Result<ingest::Publication> publication(const Secret& stream_key) const;
  // A new key for an rtmp_push camera: whoever publishes with the old one is disconnected. NotFound,
  // FailedPrecondition (another source type).
  Result<Secret> renew_stream_key(const std::string& id);

  // Pictures. NotFound for an unknown camera; Unavailable when there is none.
  // Falls back to the last good snapshot. `annotated`: with what was last seen drawn in.
  Result<Picture> latest(const std::string& id, const media::JpegOptions& options, bool annotated = false);
  Result<Picture> at(const std::string& id, std::chrono::milliseconds age, const media::JpegOptions& options);
  Result<std::vector<Picture>> burst(const std::string& id, int count, const media::JpegOptions& options);

  // Frames for MJPEG, as CameraPipeline::next_after; wait in slices and give up when the viewer has gone.
  Result<media::FramePtr> next_frame(const std::string& id, std::uint64_t after, std::chrono::milliseconds timeout,
                                     std::stop_token stop);

  // The frame with what was last seen on that camera drawn in.
  media::FramePtr annotate(const std::string& id, const media::FramePtr& frame) const;

  // The streams that can be handed on: the one for live pictures, then the one that is analysed where it is another.
  Result<std::vector<std::string>> live_streams(const std::string& id) const;
  // Empty name: the one for live pictures; that of a rendition: made from now on, as long as `hold` lives. NotFound: no
  // such camera or stream; FailedPrecondition: it is switched off; ResourceExhausted: too many renditions.
  Result<LiveStream> live_stream(const std::string& id, const std::string& name);

  // The sound of a stream of that camera's as Opus, made as long as `hold` lives. No stream: too much is being made.
  pipeline::HeldStream opus(const std::string& id, const std::shared_ptr<stream::Stream>& stream);
  int opus_tracks() const;  // that are being made, over all cameras

  int renditions() const;  // that are being made, over all cameras

  ingest::ProbeReport probe(const model::Camera& camera, std::chrono::milliseconds limit, std::stop_token stop) const;

  // Threads and when each last gave a sign of life, for /ready and `vigil check`.
  struct Worker {
    std::string name;
    std::string state;
    double idle_seconds = 0;
  };
  std::vector<Worker> workers() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace vigil::cameras
