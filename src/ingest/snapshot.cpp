#include "ingest/snapshot.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "base/redact.h"

namespace vigil::ingest {
namespace {

using model::FailureReason;

constexpr int kForgiven = 2;

Nanos interval_of(double seconds) {
  if (!std::isfinite(seconds)) seconds = 1.0;
  return std::chrono::duration_cast<Nanos>(std::chrono::duration<double>(std::clamp(seconds, 0.05, 3600.0)));
}

// Nothing that a second try a moment later would change.
bool is_final(FailureReason reason) {
  return reason == FailureReason::Auth || reason == FailureReason::NotFound || reason == FailureReason::Blocked ||
         reason == FailureReason::Stopped || reason == FailureReason::Tls;
}

}  // namespace

SnapshotSource::SnapshotSource(const SourceConfig& config, std::shared_ptr<const EgressPolicy> egress,
                               std::stop_source stop, Clock& clock)
    : config_(config),
      interval_(interval_of(config.poll_interval_s)),
      clock_(clock),
      stop_(std::move(stop)),
      http_(std::move(egress), stop_.get_token()) {}

Outcome<media::Packet> SnapshotSource::fetch(std::chrono::milliseconds open_timeout) {
  HttpRequest request;
  request.url = *config_.stream.url;
  request.accept = "image/jpeg, image/png";
  request.open_timeout = open_timeout;
  auto answer = http_.open(request);
  if (!answer.ok()) return answer.failure();
  auto body = http_.read_all(config_.read_timeout);
  if (!body.ok()) return body.failure();
  auto packet = track_.make(std::move(body.value()), clock_.wall(), clock_.steady().time_since_epoch());
  if (!packet.ok()) return Failure{FailureReason::Protocol, redact("the camera's answer: " + packet.error().message)};
  return std::move(packet).value();
}

Outcome<SourceInfo> SnapshotSource::open() {
  if (!config_.stream.url) return Failure{FailureReason::Internal, "a snapshot camera needs a URL"};
  due_ = clock_.steady();
  auto packet = fetch(config_.connect_timeout);
  if (!packet.ok()) return packet.failure();
  SourceInfo info{"", {packet.value().params}};
  first_ = std::move(packet.value());
  last_ = clock_.steady();
  return info;
}

Outcome<media::Packet> SnapshotSource::read() {
  if (first_) return *std::exchange(first_, std::nullopt);
  int failures = 0;
  for (;;) {
    due_ = std::max(due_ + interval_, clock_.steady());
    if (!clock_.sleep(due_ - clock_.steady(), stop_.get_token())) return Failure{FailureReason::Stopped, "stopped"};
    auto packet = fetch(config_.read_timeout);
    if (packet.ok()) {
      last_ = clock_.steady();
      return packet;
    }
    if (is_final(packet.failure().reason)) return packet;
    ++failures;
    if (clock_.steady() - last_ > config_.read_timeout + interval_) {
      return Failure{FailureReason::Stalled, "no picture any more: " + packet.failure().detail};
    }
    if (failures > kForgiven) return packet;
  }
}

void SnapshotSource::interrupt() {
  stop_.request_stop();
}

}  // namespace vigil::ingest
