#include "ingest/hls.h"

#include <utility>

namespace vigil::ingest {
namespace {

using media::DemuxFault;
using model::FailureReason;

// Longer than any segment; the fetcher notices earlier, once it has seen how long segments are.
constexpr std::chrono::seconds kLongestSegment{65};
// Every hiccup would otherwise leave a live stream a little further behind for good.
constexpr double kCatchUp = 1.02;

}  // namespace

HlsSource::HlsSource(const SourceConfig& config, std::shared_ptr<const EgressPolicy> egress, Clock& clock)
    : config_(config), egress_(std::move(egress)), clock_(clock) {}

Failure HlsSource::why(const media::DemuxError& error) const {
  if (stop_.stop_requested()) return {FailureReason::Stopped, "stopped"};
  if (fetcher_->failure() && error.fault != DemuxFault::NotAllowed && error.fault != DemuxFault::NoVideo) {
    return *fetcher_->failure();
  }
  return failure_of(error, name_of(*config_.stream.url), seen_);
}

Outcome<SourceInfo> HlsSource::open() {
  if (!config_.stream.url) return Failure{FailureReason::Internal, "an HLS camera needs a URL"};
  const auto& url = *config_.stream.url;
  fetcher_ = std::make_unique<HlsFetcher>(url, egress_, config_.read_timeout, stop_.get_token());
  media::DemuxOptions options;
  options.url = Secret(url.without_credentials());
  options.format = "hls";
  options.format_whitelist = {"hls", "mpegts", "mov", "mp4", "aac"};
  options.protocol_whitelist = {"http", "https", "crypto"};
  // Cameras name their segments as they please; what may be fetched is the fetcher's business.
  options.options = {{"extension_picky", "0"}, {"allowed_extensions", "ALL"}, {"live_start_index", "-1"}};
  options.open_nested = [this](const std::string& nested) { return fetcher_->open(nested); };
  options.open_timeout = config_.connect_timeout;
  options.read_timeout = config_.read_timeout + kLongestSegment;
  options.clock = &clock_;
  demuxer_ = std::make_unique<StoppableDemuxer>(std::move(options), stop_.get_token());
  auto tracks = (*demuxer_)->open();
  if (!tracks.ok()) return why(tracks.error());
  pacer_.emplace(clock_, fetcher_->ended() ? 1.0 : kCatchUp);
  return SourceInfo{"", std::move(tracks.value())};
}

Outcome<media::Packet> HlsSource::read() {
  fetcher_->packet_wanted();
  auto packet = (*demuxer_)->read();
  if (!packet.ok()) return why(packet.error());
  fetcher_->packet_came();
  seen_ = true;
  if (!pacer_->wait(packet.value().dts, stop_.get_token())) return Failure{FailureReason::Stopped, "stopped"};
  packet.value().received = clock_.wall();
  return std::move(packet.value());
}

void HlsSource::interrupt() {
  stop_.request_stop();
}

}  // namespace vigil::ingest
