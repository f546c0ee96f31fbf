#include "ingest/rtsp.h"

#include <algorithm>
#include <cerrno>
#include <thread>
#include <utility>
#include <vector>

namespace vigil::ingest {
namespace {

using media::DemuxFault;
using model::FailureReason;
using std::chrono::milliseconds;

constexpr auto kUdpBuffer = "2097152";  // a key frame comes as one burst of datagrams

// Whether another transport may do what this one could not. libavformat turns 461 into EPROTONOSUPPORT.
bool may_be_transport(const media::DemuxError& error) {
  if (error.fault == DemuxFault::ReadTimeout || error.code == -EPROTONOSUPPORT) return true;
  return error.fault == DemuxFault::ClientError && status_of(error) != 453;
}

milliseconds until(SteadyTime deadline) {
  return std::max(std::chrono::ceil<milliseconds>(deadline - system_clock().steady()), milliseconds(1));
}

Failure refused(const media::DemuxError& error, const Url& url) {
  auto failure = failure_of(error, name_of(url), false);
  if (failure.reason == FailureReason::Auth && url.user.empty()) {
    failure.detail = name_of(url) + " wants a user name and a password";
  }
  return failure;
}

}  // namespace

std::vector<bool> rtsp_transports(model::Transport wanted) {
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

RtspSource::RtspSource(const SourceConfig& config, std::shared_ptr<const EgressPolicy> egress,
                       milliseconds first_packet)
    : config_(config), egress_(std::move(egress)), first_packet_(first_packet) {}

media::Demuxed<SourceInfo> RtspSource::connect(const Url& reached, bool tcp, milliseconds timeout) {
  media::DemuxOptions options;
  options.url = reached.with_credentials();
  options.format = "rtsp";
  options.protocol_whitelist = {"rtsp", "rtp", "tcp", "udp", "rtcp"};
  if (reached.scheme == "rtsps") options.protocol_whitelist.insert(options.protocol_whitelist.end(), {"rtsps", "tls"});
  options.options = {{"rtsp_transport", tcp ? "tcp" : "udp"}, {"user_agent", "Vigil/" VIGIL_VERSION}};
  if (!tcp) options.options.emplace("buffer_size", kUdpBuffer);
  options.open_timeout = timeout;
  options.read_timeout = config_.read_timeout;
  demuxer_ = std::make_unique<StoppableDemuxer>(std::move(options), stop_.get_token());
  auto tracks = (*demuxer_)->open();
  if (!tracks.ok()) return tracks.error();
  opened_ = (*demuxer_)->last_packet();
  return SourceInfo{tcp ? "tcp" : "udp", std::move(tracks.value())};
}

media::Demuxed<media::Packet> RtspSource::await_first(milliseconds timeout) {
  std::atomic<bool> late = false;
  auto& demuxer = *demuxer_;
  std::jthread timer([&](const std::stop_token& in_time) {
    auto first = std::min(first_packet_, timeout);
    if (!system_clock().sleep(first, in_time)) return;
    // Media that flows is only waiting for its parameter sets: then the whole time is granted.
    bool flows = demuxer->last_packet() > opened_;
    if (flows && !system_clock().sleep(timeout - first, in_time)) return;
    late = true;
    demuxer->interrupt();
  });
  auto packet = demuxer->read();
  timer.request_stop();
  timer.join();
  if (late && !packet.ok() && !stop_.stop_requested()) {
    return media::DemuxError{DemuxFault::ReadTimeout, 0, "no media came over this transport"};
  }
  return packet;
}

Outcome<SourceInfo> RtspSource::open() {
  if (!config_.stream.url) return Failure{FailureReason::Internal, "an RTSP camera needs a URL"};
  const auto& url = *config_.stream.url;
  auto deadline = system_clock().steady() + config_.connect_timeout;
  auto reached = reach(url, *egress_, config_.connect_timeout, stop_.get_token());
  if (!reached.ok()) return reached.failure();
  auto order = rtsp_transports(config_.transport);
  for (std::size_t i = 0;; ++i) {
    bool last = i + 1 == order.size();
    auto info = connect(reached.value(), order[i], until(deadline));
    if (info.ok() && last) return std::move(info.value());
    media::DemuxError error;
    if (info.ok()) {
      auto packet = await_first(until(deadline));
      if (packet.ok()) {
        first_ = std::move(packet.value());
        seen_ = true;
        return std::move(info.value());
      }
      error = packet.error();
    } else {
      error = info.error();
    }
    bool time_left = system_clock().steady() < deadline;
    if (last || !time_left || !may_be_transport(error)) return refused(error, url);
    demuxer_.reset();  // says TEARDOWN; many cameras take one session only
  }
}

Outcome<media::Packet> RtspSource::read() {
  if (first_) return *std::exchange(first_, std::nullopt);
  auto packet = (*demuxer_)->read();
  if (!packet.ok()) return failure_of(packet.error(), name_of(*config_.stream.url), seen_);
  seen_ = true;
  return std::move(packet.value());
}

void RtspSource::interrupt() {
  stop_.request_stop();
}

}  // namespace vigil::ingest
