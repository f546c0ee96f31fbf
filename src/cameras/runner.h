#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/sync.h"
#include "cameras/cameras.h"
#include "cameras/slot.h"
#include "cameras/snapshots.h"
#include "model/rendition.h"

namespace vigil::cameras {

// One camera as it runs. The stream with the analysis role is connected all the time and speaks for the camera; the one
// with the live role, where it is another, only while somebody looks. Thread-safe.
class Runner {
 public:
  Runner(model::Camera camera, Surroundings surroundings);
  ~Runner();  // stops

  void start() VIGIL_EXCLUDES(mutex_);  // if the camera is enabled
  void request_stop() VIGIL_EXCLUDES(mutex_);
  void stop() VIGIL_EXCLUDES(mutex_);
  void forget();  // after stop(): deletes what is kept of it

  // Takes what can be changed while running; false when a restart is needed for the rest.
  bool adopt(const model::Camera& camera) VIGIL_EXCLUDES(mutex_);

  model::CameraStatus status() const VIGIL_EXCLUDES(mutex_);
  pipeline::AnalysisFigures analysis() const VIGIL_EXCLUDES(mutex_);
  void retry_now() VIGIL_EXCLUDES(mutex_);
  Result<void> push(std::span<const std::uint8_t> image, std::optional<WallTime> timestamp) VIGIL_EXCLUDES(mutex_);

  // Whether an encoder that shows this key means this camera, and where it publishes. FailedPrecondition: switched off.
  bool has_stream_key(const Secret& key) const VIGIL_EXCLUDES(mutex_);
  Result<ingest::Publication> publication() const VIGIL_EXCLUDES(mutex_);

  Result<Picture> latest(const media::JpegOptions& options, bool annotated) VIGIL_EXCLUDES(mutex_);
  media::FramePtr annotate(const media::FramePtr& frame) const VIGIL_EXCLUDES(mutex_);
  Result<Picture> at(WallTime time, const media::JpegOptions& options) VIGIL_EXCLUDES(mutex_);
  Result<std::vector<Picture>> burst(int count, const media::JpegOptions& options) VIGIL_EXCLUDES(mutex_);
  Result<media::FramePtr> next_frame(std::uint64_t after, std::chrono::milliseconds timeout, std::stop_token stop)
      VIGIL_EXCLUDES(mutex_);

  std::vector<std::string> live_streams() const VIGIL_EXCLUDES(mutex_);
  Result<LiveStream> live_stream(const std::string& name) VIGIL_EXCLUDES(mutex_);
  // Annotated: of the stream that is analysed; else of the one for live pictures.
  Result<LiveStream> rendition(model::Rendition rendition) VIGIL_EXCLUDES(mutex_);
  model::Renditions renditions() const VIGIL_EXCLUDES(mutex_);  // that are being made

  // Closes an on-demand stream that nobody has looked at for a while. Called about once a second.
  void release_idle() VIGIL_EXCLUDES(mutex_);
  // Every health interval: notices cameras whose pictures cannot be decoded, and logs what is wrong.
  void check_health() VIGIL_EXCLUDES(mutex_);

 private:
  using SlotPtr = std::shared_ptr<Slot>;
  SlotPtr primary() const VIGIL_EXCLUDES(mutex_);
  // The stream to look at: the live one when it is up (started here if it was not), else the primary.
  SlotPtr viewed() VIGIL_EXCLUDES(mutex_);
  SlotPtr start_live() VIGIL_REQUIRES(mutex_);
  Result<Picture> encode(const media::FramePtr& frame, const media::JpegOptions& options, bool annotated)
      VIGIL_EXCLUDES(mutex_);
  std::shared_ptr<const void> hold_live() VIGIL_REQUIRES(mutex_);

  const Surroundings around_;
  Snapshot snapshot_;
  mutable Mutex mutex_;
  model::Camera camera_ VIGIL_GUARDED_BY(mutex_);
  SlotPtr primary_ VIGIL_GUARDED_BY(mutex_);  // null while disabled
  SlotPtr live_ VIGIL_GUARDED_BY(mutex_);     // null unless somebody looks and it is another stream than the primary
  SteadyTime live_used_ VIGIL_GUARDED_BY(mutex_);
  std::weak_ptr<const void> live_hold_ VIGIL_GUARDED_BY(mutex_);  // of those who hand the live stream on
  WallTime stopped_since_ VIGIL_GUARDED_BY(mutex_);
  bool decoding_fails_ VIGIL_GUARDED_BY(mutex_) = false;
  std::uint64_t decoded_before_ VIGIL_GUARDED_BY(mutex_) = 0, errors_before_ VIGIL_GUARDED_BY(mutex_) = 0;

  // Many viewers ask for the same picture: the last one encoded serves them all.
  struct Encoded {
    std::uint64_t sequence = 0;
    WallTime captured;
    media::JpegOptions options;
    bool annotated = false;
    std::vector<std::uint8_t> jpeg;
  };
  std::optional<Encoded> encoded_ VIGIL_GUARDED_BY(mutex_);
};

}  // namespace vigil::cameras
