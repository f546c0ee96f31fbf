#include "ingest/upkeep.h"

#include <random>
#include <utility>

#include "base/log.h"

namespace vigil::ingest {

using model::FailureReason;

Upkeep::Upkeep(SessionConfig config, std::shared_ptr<stream::Stream> stream, SessionListener& listener, Clock& clock)
    : config_(std::move(config)),
      stream_(std::move(stream)),
      listener_(listener),
      clock_(clock),
      backoff_(config_.backoff, std::random_device{}()),
      meter_(config_.stream) {}

model::StreamFigures Upkeep::figures() const {
  auto figures = meter_.figures(clock_.wall());
  auto ring = stream_->figures();
  figures.ring_bytes = ring.ring_bytes;
  figures.readers = ring.readers;
  return figures;
}

void Upkeep::connecting() {
  watchdog_.reset();
  meter_.connecting();
}

std::optional<Failure> Upkeep::packet(media::Packet packet) {
  if (!is_connected()) {
    meter_.connected(info_, clock_.wall());
    log::info("camera stream connected", {{"stream", config_.name}, {"transport", info_.transport}});
    began_ = clock_.steady();
    watchdog_.emplace(config_.watchdog, began_);
    listener_.connected();
    packet.discontinuity = true;
  }
  auto bad = watchdog_->packet(packet, clock_.steady());
  meter_.packet(packet);
  auto shown = packet;  // shares the bytes; publish numbers its own copy
  shown.sequence = stream_->publish(std::move(packet));
  if (shown.track == 0) listener_.received(shown);
  return bad;
}

Nanos Upkeep::good() const {
  return is_connected() && watchdog_->has_picture() ? clock_.steady() - began_ : Nanos(0);
}

std::chrono::milliseconds Upkeep::ended(Failure why) {
  // A source which never gave a packet did not stall: it has no video.
  if (!is_connected() && why.reason == FailureReason::Stalled) why.reason = FailureReason::NoVideo;
  meter_.failed(why);
  const auto lasted = good();
  // Last: whoever hears of it finds the reason in the figures.
  if (is_connected()) listener_.disconnected(why);
  watchdog_.reset();
  const auto delay = backoff_.next(why.reason, lasted);
  log::warn("camera stream failed", {{"stream", config_.name},
                                     {"reason", model::to_string(why.reason)},
                                     {"detail", why.detail},
                                     {"retry_in_ms", delay.count()}});
  meter_.waiting(clock_.wall() + delay);
  return delay;
}

void Upkeep::stopped() {
  if (is_connected()) listener_.disconnected({FailureReason::Stopped, ""});
  watchdog_.reset();
  meter_.stopped();
}

}  // namespace vigil::ingest
