#include "cameras/slot.h"

#include <algorithm>

namespace vigil::cameras {
namespace {

using model::SourceType;

// A source into which somebody else puts things outlives the connection that reads from it: they come at any time.
class SharedSource final : public ingest::Source {
 public:
  explicit SharedSource(std::shared_ptr<ingest::Source> source) : source_(std::move(source)) {}
  ingest::Outcome<ingest::SourceInfo> open() override { return source_->open(); }
  ingest::Outcome<media::Packet> read() override { return source_->read(); }
  void interrupt() override { source_->interrupt(); }

 private:
  std::shared_ptr<ingest::Source> source_;
};

bool hands_in_stills(SourceType type) {
  return type == SourceType::HttpPush || type == SourceType::Snapshot;
}

Nanos frame_event_interval(const model::Camera& camera) {
  double seconds = camera.frame_event_interval_s.value_or(hands_in_stills(camera.source_type) ? 0.0 : 1.0);
  return std::chrono::duration_cast<Nanos>(std::chrono::duration<double>(seconds));
}

ingest::SessionConfig session_config(const model::Camera& camera, const model::CameraStream& stream,
                                     const Config& config) {
  ingest::SessionConfig out;
  out.name = camera.id + "/" + stream.name;
  out.stream = stream.name;
  out.backoff.delays = config.retry_delays;
  out.backoff.jitter = config.retry_jitter;
  // Nobody is asked: whoever publishes next is to be let in at once.
  if (camera.source_type == SourceType::RtmpPush) {
    out.backoff.delays = {std::chrono::milliseconds(250)};
    out.backoff.jitter = 0;
  }
  // Who hands in the same picture again, or loops a file, means it.
  bool may_repeat = camera.source_type == SourceType::HttpPush || camera.source_type == SourceType::File;
  out.watchdog.frozen_after = may_repeat ? std::chrono::seconds(0) : config.frozen_after;
  return out;
}

// Only the stream that speaks for the camera is looked at by the machine.
pipeline::AnalysisConfig analysis_for(const model::Camera& camera, bool primary) {
  pipeline::AnalysisConfig config{camera.motion, camera.analysis};
  config.motion.enabled = config.motion.enabled && primary;
  config.analysis.enabled = config.analysis.enabled && primary;
  return config;
}

}  // namespace

Slot::Slot(const model::Camera& camera, const model::CameraStream& stream, bool primary, Surroundings surroundings,
           std::function<void(media::FramePtr)> on_snapshot)
    : camera_(camera),
      description_(stream),
      primary_(primary),
      frame_event_interval_(frame_event_interval(camera)),
      around_(std::move(surroundings)),
      stream_(std::make_shared<stream::Stream>(
          stream::Limits{around_.config.packet_ring_bytes, around_.config.packet_ring_age})),
      push_(camera.source_type == SourceType::HttpPush ? std::make_shared<ingest::PushSource>(around_.clock) : nullptr),
      published_(camera.source_type == SourceType::RtmpPush
                     ? std::make_shared<ingest::PublishSource>(around_.config.read_timeout)
                     : nullptr),
      since_(around_.clock.wall()),
      pipeline_(camera.id, stream_, analysis_for(camera, primary), around_.config.pipeline, around_.outlets,
                around_.clock, std::move(on_snapshot), around_.analysts),
      session_(make_session()) {}

Slot::~Slot() {
  stop();
}

void Slot::start() {
  pipeline_.start();
  session_.start();
}

void Slot::request_stop() {
  // Not left to the session, which may not have begun to read: whoever publishes is to be disconnected all the same.
  if (published_) published_->interrupt();
  session_.request_stop();
}

void Slot::stop() {
  request_stop();
  session_.stop();
  stream_->close();
  pipeline_.stop();
}

Result<void> Slot::push(std::span<const std::uint8_t> image, std::optional<WallTime> timestamp) {
  VIGIL_ASSERT(push_ != nullptr);
  auto published = stream_->open(stream::Start::NextPacket);
  VIGIL_TRY(push_->push(image, timestamp));
  (void)published.next({}, std::chrono::milliseconds(1000));
  return {};
}

ingest::SourceConfig Slot::source_config() const {
  ingest::SourceConfig config;
  config.type = camera_.source_type;
  config.stream = description_;
  config.transport = camera_.transport;
  config.rtsp_engine = camera_.rtsp_engine;
  config.tls_fingerprint = camera_.tls_fingerprint;
  config.poll_interval_s = camera_.poll_interval_s;
  config.loop = camera_.loop;
  config.connect_timeout = around_.config.connect_timeout;
  config.read_timeout = around_.config.read_timeout;
  return config;
}

std::unique_ptr<ingest::Source> Slot::make_source() {
  if (push_) return std::make_unique<SharedSource>(push_);
  if (published_) return std::make_unique<SharedSource>(published_);
  return ingest::make_source(source_config(), around_.egress);
}

ingest::Session Slot::make_session() {
  auto config = session_config(camera_, description_, around_.config);
  if (ingest::needs_no_thread(source_config())) {
    auto make = [this](ingest::Loop& loop, ingest::Receiver& receiver) {
      return ingest::make_loop_source(source_config(), around_.egress, loop, receiver);
    };
    return ingest::Session(std::move(config), around_.loop, make, stream_, *this, around_.limiter, around_.clock);
  }
  return ingest::Session(
      std::move(config), [this] { return make_source(); }, stream_, *this, around_.limiter, around_.clock);
}

void Slot::connected() {
  up_ = true;
  since_ = around_.clock.wall();
  if (primary_) around_.outlets.events.publish({camera_.id, around_.clock.wall(), model::CameraConnected{}});
}

void Slot::disconnected(const ingest::Failure& why) {
  up_ = false;
  since_ = around_.clock.wall();
  if (primary_)
    around_.outlets.events.publish(
        {camera_.id, around_.clock.wall(), model::CameraDisconnected{model::to_string(why.reason)}});
}

void Slot::received(const media::Packet& packet) {
  if (!primary_) return;
  auto now = around_.clock.steady();
  if (last_frame_event_ && now - *last_frame_event_ < frame_event_interval_) return;
  last_frame_event_ = now;
  around_.outlets.events.publish(
      {camera_.id, packet.received, model::FrameIngested{model::to_string(camera_.source_type)}});
}

}  // namespace vigil::cameras
