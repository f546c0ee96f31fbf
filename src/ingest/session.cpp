#include "ingest/session.h"

#include <random>

#include "base/log.h"
#include "ingest/meter.h"

namespace vigil::ingest {

using model::FailureReason;

Session::Session(SessionConfig config, SourceFactory make, std::shared_ptr<stream::Stream> stream,
                 SessionListener& listener, ConnectLimiter& limiter, Clock& clock)
    : config_(std::move(config)),
      make_(std::move(make)),
      stream_(std::move(stream)),
      listener_(listener),
      limiter_(limiter),
      clock_(clock),
      backoff_(config_.backoff, std::random_device{}()),
      meter_(std::make_unique<Meter>(config_.stream)) {}

Session::~Session() {
  stop();
}

void Session::start() {
  thread_ = std::jthread([this](std::stop_token stop) { run(stop); });
}

void Session::request_stop() {
  if (thread_.joinable()) thread_.request_stop();
}

void Session::stop() {
  request_stop();
  if (thread_.joinable()) thread_.join();
}

void Session::retry_now() {
  MutexLock lock(retry_mutex_);
  retry_.request_stop();
}

model::StreamFigures Session::figures() const {
  auto figures = meter_->figures(clock_.wall());
  auto ring = stream_->figures();
  figures.ring_bytes = ring.ring_bytes;
  figures.readers = ring.readers;
  return figures;
}

void Session::run(std::stop_token stop) {
  while (limiter_.acquire(stop)) {
    Nanos good{0};
    meter_->connecting();
    bool connected = false;
    auto why = connect_once(stop, connected, good);
    if (stop.stop_requested()) {
      why = Failure{FailureReason::Stopped, ""};
    } else {
      meter_->failed(why);
    }
    // Last: whoever hears of it finds the reason in the figures.
    if (connected) listener_.disconnected(why);
    if (stop.stop_requested()) break;
    auto delay = backoff_.next(why.reason, good);
    log::warn("camera stream failed", {{"stream", config_.name},
                                       {"reason", model::to_string(why.reason)},
                                       {"detail", why.detail},
                                       {"retry_in_ms", delay.count()}});
    meter_->waiting(clock_.wall() + delay);
    if (!wait_before_retry(delay, stop)) break;
  }
  meter_->stopped();
}

Failure Session::connect_once(std::stop_token stop, bool& connected, Nanos& good) {
  auto source = make_();
  std::stop_callback interrupt(stop, [&] { source->interrupt(); });
  auto opened = source->open();
  if (!opened.ok()) return opened.failure();
  auto first = source->read();
  if (!first.ok()) {
    auto why = first.failure();
    // A source which never gave a packet did not stall: it has no video.
    if (why.reason == FailureReason::Stalled) why.reason = FailureReason::NoVideo;
    return why;
  }
  meter_->connected(opened.value(), clock_.wall());
  log::info("camera stream connected", {{"stream", config_.name}, {"transport", opened.value().transport}});
  connected = true;
  listener_.connected();
  first.value().discontinuity = true;

  auto began = clock_.steady();
  Watchdog watchdog(config_.watchdog, began);
  Failure why;
  for (auto next = std::move(first);; next = source->read()) {
    if (!next.ok()) {
      why = next.failure();
      break;
    }
    auto& packet = next.value();
    auto bad = watchdog.packet(packet, clock_.steady());
    meter_->packet(packet);
    auto shown = packet;  // shares the bytes; publish numbers its own copy
    shown.sequence = stream_->publish(std::move(packet));
    if (shown.track == 0) listener_.received(shown);
    if (bad) {
      why = *bad;
      break;
    }
  }
  if (watchdog.has_picture()) good = clock_.steady() - began;
  return why;
}

bool Session::wait_before_retry(std::chrono::milliseconds delay, std::stop_token stop) {
  std::stop_token early;
  {
    MutexLock lock(retry_mutex_);
    retry_ = std::stop_source();
    early = retry_.get_token();
  }
  std::stop_callback forward(stop, [this] { retry_now(); });
  clock_.sleep(delay, early);
  return !stop.stop_requested();
}

}  // namespace vigil::ingest
