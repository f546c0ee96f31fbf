#include "ingest/rtsp_native.h"

#include <algorithm>
#include <stop_token>
#include <utility>
#include <vector>

#include "ingest/egress.h"
#include "ingest/native/connection.h"

namespace vigil::ingest {
namespace {

using model::FailureReason;
using std::chrono::milliseconds;

constexpr int kMaxRedirects = 3;

SteadyTime now() {
  return system_clock().steady();
}

milliseconds until(SteadyTime deadline) {
  return std::max(std::chrono::ceil<milliseconds>(deadline - now()), milliseconds(1));
}

std::vector<bool> transports(model::Transport wanted) {
  switch (wanted) {
    case model::Transport::Auto:
      return {true, false};
    case model::Transport::Udp:
      return {false, true};
    case model::Transport::Tcp:
      break;
  }
  return {true};
}

}  // namespace

struct NativeRtspSource::Stop {
  native::Alarm alarm;
  std::stop_source source;  // for the name look-up
};

NativeRtspSource::NativeRtspSource(const SourceConfig& config, std::shared_ptr<const EgressPolicy> egress,
                                   milliseconds first_packet)
    : config_(config), egress_(std::move(egress)), first_packet_(first_packet), stop_(std::make_unique<Stop>()) {}

NativeRtspSource::~NativeRtspSource() = default;

// Where a camera sends us. The address is checked like any other when it is connected to; the password goes along only
// to the same host, and nothing goes from TLS to clear text.
Outcome<Url> NativeRtspSource::follow(const Url& from, const std::string& location) const {
  auto to = parse_url(location);
  if (!to.ok()) return Failure{FailureReason::Protocol, name_of(from) + " sends us to something that is no address"};
  const bool known = to->scheme == "rtsp" || to->scheme == "rtsps";
  if (!known || (from.scheme == "rtsps" && to->scheme != "rtsps")) {
    return Failure{FailureReason::Blocked, name_of(from) +
                                               " sends us to another protocol, which is not followed: enter "
                                               "that address instead"};
  }
  const bool same_host = to->host == from.host;
  to->user = same_host ? from.user : std::string();
  to->password = same_host ? from.password : Secret();
  return std::move(*to);
}

Outcome<SourceInfo> NativeRtspSource::open_by(bool tcp, bool last, SteadyTime deadline, bool& other_transport) {
  auto url = *config_.stream.url;
  for (int redirects = 0;; ++redirects) {
    const auto port = port_of(url);
    if (port == 0) return Failure{FailureReason::Protocol, "nobody knows a port by the name of " + url.port};
    auto endpoint = resolve(url.host, port, *egress_, until(deadline), stop_->source.get_token());
    if (!endpoint.ok()) return endpoint.failure();
    connection_ = std::make_unique<native::Connection>(
        native::ConnectionConfig{url, endpoint.value(), tcp, /*audio=*/true}, stop_->alarm);
    auto opened = connection_->open(deadline);
    if (opened.failure) {
      other_transport = opened.other_transport;
      return *opened.failure;
    }
    if (opened.moved_to.empty()) break;
    if (redirects == kMaxRedirects)
      return Failure{FailureReason::Protocol, name_of(url) + " sends us on and on: enter the final address instead"};
    auto next = follow(url, opened.moved_to);
    if (!next.ok()) return next.failure();
    url = std::move(next.value());
    connection_.reset();
  }
  SourceInfo info{tcp ? "tcp" : "udp", connection_->announced()};
  if (last) return info;
  if (connection_->await_rtp(std::min(now() + first_packet_, deadline))) return info;
  if (const auto& end = connection_->ended()) return *end;
  other_transport = true;
  return Failure{FailureReason::NoVideo, name_of(url) + " opened the stream, but sends no picture"};
}

Outcome<SourceInfo> NativeRtspSource::open() {
  if (!config_.stream.url) return Failure{FailureReason::Internal, "an RTSP camera needs a URL"};
  const auto deadline = now() + config_.connect_timeout;
  const auto order = transports(config_.transport);
  for (std::size_t i = 0;; ++i) {
    const bool last = i + 1 == order.size();
    bool other_transport = false;
    auto info = open_by(order[i], last, deadline, other_transport);
    if (info.ok() || last || !other_transport || now() >= deadline) return info;
    connection_.reset();  // says TEARDOWN; many cameras take one session only
  }
}

Outcome<media::Packet> NativeRtspSource::read() {
  auto packet = connection_->read(config_.read_timeout);
  if (packet.ok()) {
    seen_ = true;
    return packet;
  }
  auto why = packet.failure();
  if (why.reason == FailureReason::Stalled && !seen_) {
    why = {FailureReason::NoVideo, name_of(*config_.stream.url) + " opened the stream, but sends no picture"};
  }
  return why;
}

void NativeRtspSource::interrupt() {
  stop_->source.request_stop();
  stop_->alarm.raise();
}

}  // namespace vigil::ingest
