#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>

#include "cameras/cameras.h"
#include "ingest/loop.h"
#include "ingest/publish.h"
#include "ingest/push.h"
#include "ingest/session.h"
#include "stream/stream.h"

namespace vigil::cameras {

// What all cameras share.
struct Surroundings {
  const Config& config;
  std::shared_ptr<const ingest::EgressPolicy> egress;
  ingest::ConnectLimiter& limiter;
  ingest::Loop& loop;  // of all sources that need no thread
  pipeline::Outlets outlets;
  Clock& clock;
  pipeline::Analysts& analysts;
};

// One stream of one camera while it is needed: its ring, its session and its pipeline. The stream that speaks for the
// camera (`primary`) publishes the camera's events. start() and stop() by the owner; the rest is thread-safe between
// them.
class Slot final : public ingest::SessionListener {
 public:
  Slot(const model::Camera& camera, const model::CameraStream& stream, bool primary, Surroundings surroundings,
       std::function<void(media::FramePtr)> on_snapshot);
  ~Slot() override;  // stops

  void start();
  void request_stop();
  void stop();

  model::StreamFigures figures() const { return session_.figures(); }
  pipeline::CameraPipeline& pipeline() { return pipeline_; }
  const pipeline::CameraPipeline& pipeline() const { return pipeline_; }
  const std::shared_ptr<stream::Stream>& stream() const { return stream_; }
  void retry_now() { session_.retry_now(); }
  bool is_up() const { return up_.load(); }
  WallTime since() const { return since_.load(); }  // when is_up last changed

  // Hands a picture in and waits until it is published, so that whoever pushed it finds it. http_push cameras only.
  Result<void> push(std::span<const std::uint8_t> image, std::optional<WallTime> timestamp);
  // Where an encoder publishes; null unless it is an rtmp_push camera.
  const std::shared_ptr<ingest::PublishSource>& published() const { return published_; }

 private:
  void connected() override;
  void disconnected(const ingest::Failure& why) override;
  void received(const media::Packet& packet) override;

  ingest::Session make_session();
  ingest::SourceConfig source_config() const;
  std::unique_ptr<ingest::Source> make_source();

  const model::Camera camera_;
  const model::CameraStream description_;
  const bool primary_;
  const Nanos frame_event_interval_;
  Surroundings around_;
  std::shared_ptr<stream::Stream> stream_;
  std::shared_ptr<ingest::PushSource> push_;          // http_push only
  std::shared_ptr<ingest::PublishSource> published_;  // rtmp_push only
  std::optional<SteadyTime> last_frame_event_;        // session's thread only
  std::atomic<bool> up_{false};
  std::atomic<WallTime> since_;
  pipeline::CameraPipeline pipeline_;
  ingest::Session session_;
};

}  // namespace vigil::cameras
