#include "ingest/rtmp.h"

#include <algorithm>
#include <utility>

namespace vigil::ingest {

using model::FailureReason;
using std::chrono::milliseconds;

RtmpSource::RtmpSource(const SourceConfig& config, std::shared_ptr<const EgressPolicy> egress)
    : config_(config), egress_(std::move(egress)) {}

Outcome<SourceInfo> RtmpSource::open() {
  if (!config_.stream.url) return Failure{FailureReason::Internal, "an RTMP camera needs a URL"};
  const auto& url = *config_.stream.url;
  auto deadline = system_clock().steady() + config_.connect_timeout;
  auto reached = reach(url, *egress_, config_.connect_timeout, stop_.get_token());
  if (!reached.ok()) return reached.failure();
  media::DemuxOptions options;
  options.url = reached.value().with_credentials();
  options.format = "flv";
  options.protocol_whitelist = {"rtmp", "tcp"};
  if (url.scheme == "rtmps") options.protocol_whitelist = {"rtmps", "tls", "tcp"};
  options.options = {{"rtmp_live", "live"}};
  auto left = std::chrono::ceil<milliseconds>(deadline - system_clock().steady());
  options.open_timeout = std::max(left, milliseconds(1));
  options.read_timeout = config_.read_timeout;
  demuxer_ = std::make_unique<StoppableDemuxer>(std::move(options), stop_.get_token());
  auto tracks = (*demuxer_)->open();
  if (!tracks.ok()) {
    auto why = failure_of(tracks.error(), name_of(url), false);
    // Closed in the middle of the handshake: the kernel calls it an end or a reset, as it happens. No stream was there
    // to end.
    if (why.reason == FailureReason::Ended) why.reason = FailureReason::Protocol;
    return why;
  }
  return SourceInfo{"", std::move(tracks.value())};
}

Outcome<media::Packet> RtmpSource::read() {
  auto packet = (*demuxer_)->read();
  if (!packet.ok()) return failure_of(packet.error(), name_of(*config_.stream.url), seen_);
  seen_ = true;
  return std::move(packet.value());
}

void RtmpSource::interrupt() {
  stop_.request_stop();
}

}  // namespace vigil::ingest
