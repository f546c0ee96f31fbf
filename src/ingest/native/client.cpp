#include "ingest/native/client.h"

#include <algorithm>
#include <utility>

#include "ingest/rtsp.h"

namespace vigil::ingest::native {
namespace {

using model::FailureReason;
using std::chrono::milliseconds;

constexpr int kMaxRedirects = 3;
constexpr milliseconds kLookUpAgain{100};  // when too many look-ups are under way

SteadyTime now() {
  return system_clock().steady();
}

Failure without_video(const Url& url) {
  return {FailureReason::NoVideo, name_of(url) + " opened the stream, but sends no picture"};
}

}  // namespace

Client::Client(const SourceConfig& config, std::shared_ptr<const EgressPolicy> egress, Loop& loop, Receiver& receiver,
               milliseconds first_packet)
    : config_(config),
      egress_(std::move(egress)),
      loop_(loop),
      receiver_(receiver),
      first_packet_(first_packet),
      order_(rtsp_transports(config.transport)) {}

Client::~Client() {
  loop_.leave(*this);
}

void Client::start() {
  open_by_ = now() + config_.connect_timeout;
  if (!config_.stream.url) return fail_later({FailureReason::Internal, "an RTSP camera needs a URL"});
  begin_transport();
}

// The receiver hears of it in the next round.
void Client::fail_later(Failure why) {
  failed_ = std::move(why);
  loop_.wake_at(*this, now());
}

void Client::ready(int) {}

void Client::due() {
  if (failed_) return receiver_.ended(*failed_);
  if (!looking_ || connection_) return;
  if (now() >= open_by_) return receiver_.ended(slow_names(url_.host));
  if (*looking_ == 0) look_up();
}

void Client::begin_transport() {
  redirects_ = 0;
  reach(*config_.stream.url);
}

void Client::reach(Url url) {
  url_ = std::move(url);
  if (port_of(url_) == 0)
    return fail_later({FailureReason::Protocol, "nobody knows a port by the name of " + url_.port});
  look_up();
}

void Client::look_up() {
  looking_ = std::make_shared<int>(0);
  auto answer = [this, still = std::weak_ptr<int>(looking_), inbox = loop_.inbox()](Outcome<Endpoint> endpoint) {
    inbox->post([this, still, endpoint = std::move(endpoint)]() mutable {
      if (still.lock()) found(std::move(endpoint));
    });
  };
  const bool begun = resolve_later(url_.host, port_of(url_), egress_, std::move(answer));
  if (begun) *looking_ = 1;
  loop_.wake_at(*this, begun ? open_by_ : std::min(open_by_, now() + kLookUpAgain));
}

void Client::found(Outcome<Endpoint> endpoint) {
  looking_.reset();
  loop_.wake_at(*this, SteadyTime::max());
  if (!endpoint.ok()) return receiver_.ended(endpoint.failure());
  connect(endpoint.value());
}

void Client::connect(const Endpoint& endpoint) {
  ConnectionConfig config;
  config.url = url_;
  config.endpoint = endpoint;
  config.tcp = order_[transport_];
  config.tls.use = url_.scheme == "rtsps";
  config.tls.verify = !is_private_network(endpoint.address);
  config.tls.fingerprint = model::plain_fingerprint(config_.tls_fingerprint).value_or("");
  config.open_by = open_by_;
  config.first_packet = is_last() ? milliseconds(0) : first_packet_;
  config.read_timeout = config_.read_timeout;
  config.reorder_patience = config_.reorder_patience;
  connection_ = std::make_unique<Connection>(std::move(config), loop_, static_cast<Connection::Owner&>(*this));
  connection_->start();
}

// Where a camera sends us. The address is checked like any other when it is connected to; the password goes along only
// to the same host, and nothing goes from TLS to clear text.
Outcome<Url> Client::follow(const Url& from, const std::string& location) const {
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

void Client::opened(const Connection::Opened& how) {
  if (how.failure) {
    // The old connection says TEARDOWN first: many cameras take one session only.
    const auto why = *how.failure;
    const bool other = how.other_transport && !is_last() && now() < open_by_;
    connection_.reset();
    if (!other) return receiver_.ended(why);
    ++transport_;
    return begin_transport();
  }
  if (redirects_++ == kMaxRedirects) {
    return receiver_.ended(
        {FailureReason::Protocol, name_of(url_) + " sends us on and on: enter the final address instead"});
  }
  auto next = follow(url_, how.moved_to);
  connection_.reset();
  if (!next.ok()) return receiver_.ended(next.failure());
  reach(std::move(next.value()));
}

void Client::news() {
  if (!opened_) {
    const auto& how = connection_->opened();
    if (!how) return;
    if (how->failure || !how->moved_to.empty()) return opened(*how);
    opened_ = true;
    receiver_.opened({order_[transport_] ? "tcp" : "udp", connection_->announced()});
  }
  auto packets = connection_->take_packets();
  auto end = connection_->ended();
  seen_ = seen_ || !packets.empty();
  for (auto& packet : packets) {
    if (!receiver_.packet(std::move(packet))) return;
  }
  if (!end) return;
  if (end->reason == FailureReason::Stalled && !seen_) end = without_video(url_);
  receiver_.ended(*end);
}

}  // namespace vigil::ingest::native
