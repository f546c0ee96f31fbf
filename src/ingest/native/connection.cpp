#include "ingest/native/connection.h"

#include <fmt/format.h>
#include <netinet/in.h>
#include <sys/epoll.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>

namespace vigil::ingest::native {
namespace {

using model::FailureReason;
using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr seconds kReportInterval{5};  // some cameras want a sign of life at least so often
constexpr milliseconds kFirstReport{1000};
constexpr std::size_t kMaxEarlyBytes = 1 << 20;
constexpr int kMaxBrokenUnits = 250;
// A turn: what a camera may send more has to wait until the others had theirs.
constexpr int kMostReads = 4, kMostMessages = 256, kMostDatagrams = 128;
constexpr int kWireTag = 0;   // then two for each track by UDP
constexpr int kPatience = 4;  // read time-outs until something must come of what comes

SteadyTime now() {
  return system_clock().steady();
}

bool same_host(const sockaddr_storage& a, const sockaddr_storage& b) {
  if (a.ss_family != b.ss_family) return false;
  if (a.ss_family == AF_INET6) {
    return std::memcmp(&reinterpret_cast<const sockaddr_in6&>(a).sin6_addr,
                       &reinterpret_cast<const sockaddr_in6&>(b).sin6_addr, sizeof(in6_addr)) == 0;
  }
  return reinterpret_cast<const sockaddr_in&>(a).sin_addr.s_addr ==
         reinterpret_cast<const sockaddr_in&>(b).sin_addr.s_addr;
}

}  // namespace

Connection::Connection(ConnectionConfig config, Loop& loop, Owner& owner)
    : config_(std::move(config)), loop_(loop), owner_(owner), where_(name_of(config_.url)) {}

Connection::~Connection() {
  loop_.leave(*this);
  const bool camera_left = end_ && end_->reason == FailureReason::Ended;
  if (!dialogue_ || !wire_.is_open() || camera_left) return;
  // Also over TCP, and also when we are in a hurry: cameras count sessions.
  if (auto text = dialogue_->teardown(); !text.empty()) (void)wire_.send(text);
}

Arrival Connection::arrival() const {
  return {system_clock().steady(), system_clock().wall()};
}

void Connection::become_opened(Opened how) {
  if (opened_) return;
  opened_ = std::move(how);
  news_ = true;
}

void Connection::end(FailureReason reason, std::string detail, bool other_transport) {
  if (is_over()) return;
  phase_ = Phase::Over;
  if (!opened_) return become_opened({Failure{reason, std::move(detail)}, other_transport, {}});
  end_ = Failure{reason, std::move(detail)};
  news_ = true;
}

void Connection::start() {
  began_ = now();
  auto failure = wire_.begin(config_.endpoint, port_of(config_.url), config_.url.host, config_.tls);
  if (failure) {
    // Heard of in the next round, like everything.
    end(failure->reason, failure->detail);
    return loop_.wake_at(*this, began_);
  }
  watch_wire();
  loop_.wake_at(*this, config_.open_by);
}

void Connection::watch_wire() {
  if (is_over() || wire_.fd() < 0) return;
  const auto wanted = wire_.events();
  if (wanted == watched_) return;
  watched_ = wanted;
  if (!loop_.watch(*this, wire_.fd(), wanted, kWireTag)) end(FailureReason::Internal, "no room for a further socket");
}

void Connection::ready(int tag) {
  if (!is_over()) {
    if (tag != kWireTag) {
      const auto& udp = udp_[static_cast<std::size_t>(tag - 1) / 2];
      read_udp(udp, tag % 2 == 0);
    } else if (!wire_.is_open()) {
      advance_wire();
    } else {
      if (wire_.has_unsent() && wire_.flush() == Io::Failed) closed_by_camera();
      read_wire();
    }
  }
  finish_turn();
}

void Connection::due() {
  if (!is_over()) {
    const auto time = now();
    if (phase_ == Phase::Playing) {
      housekeeping();
      check_silence();
    } else if (phase_ == Phase::Proving && time >= std::min(proved_by_, config_.open_by)) {
      end(FailureReason::NoVideo, where_ + " opened the stream, but sends no picture", true);
    } else if (phase_ == Phase::Proving) {
      housekeeping();
    } else if (time >= config_.open_by && wire_.is_connecting()) {
      const auto failure = connect_failure(ETIMEDOUT, where_);
      end(failure.reason, failure.detail);
    } else if (time >= config_.open_by) {
      end(FailureReason::Timeout,
          where_ + (dialogue_ ? " takes the connection, but does not answer in time"
                              : " takes the connection, but does not finish the TLS handshake"));
    }
  }
  finish_turn();
}

// The last thing of every turn: afterwards the connection may be gone.
void Connection::finish_turn() {
  watch_wire();
  if (!is_over()) {
    const auto wanted = next_duty();
    const auto set = loop_.wakes_at(*this);
    // Signs of life move some of the times on with every packet: those that come too early are looked at then.
    if (wanted < set) loop_.wake_at(*this, wanted);
  }
  const bool packets = opened_ && !fresh_.empty();
  if (packets) last_packet_ = now();
  if (packets || std::exchange(news_, false)) owner_.news();
}

void Connection::advance_wire() {
  auto connected = wire_.advance();
  if (!connected.ok()) return end(connected.failure().reason, connected.failure().detail);
  if (!connected.value()) return;
  phase_ = Phase::Talking;
  DialogueConfig config;
  config.url = config_.url;
  config.tcp = config_.tcp;
  config.audio = config_.audio;
  config.open_ports = [this]() -> std::uint16_t {
    auto pair = open_udp_pair(config_.endpoint.address.ss_family);
    if (!pair) return 0;
    pairs_.push_back(std::move(*pair));
    return pairs_.back().port;
  };
  dialogue_ = std::make_unique<Dialogue>(std::move(config));
  send(dialogue_->begin());
}

void Connection::send(std::string_view text) {
  if (text.empty() || is_over() || wire_.send(text) != Io::Failed) return;
  closed_by_camera();
}

void Connection::closed_by_camera() {
  if (rtp_came_ || !early_.empty()) return end(FailureReason::Ended, where_ + " closed the stream");
  end(FailureReason::Protocol, where_ + (answered_ ? " closes the connection in the middle of the talk"
                                                   : " closes the connection without a word"));
}

void Connection::read_wire() {
  bool more = take_messages();
  for (int i = 0; i < kMostReads && !more && !is_over(); ++i) {
    auto room = parser_.room();
    std::size_t count = 0;
    const auto result = wire_.read(room, count);
    if (result == Io::WouldBlock) return;
    if (result != Io::Done) return closed_by_camera();
    parser_.received(count);
    more = take_messages();
    // The rest of what is there rings again, but not what TLS has read already.
    if (!config_.tls.use && count < room.size() && !more) return;
  }
  if (!is_over() && (more || config_.tls.use)) loop_.again(*this, kWireTag);
}

// True: there may be more than a turn allows.
bool Connection::take_messages() {
  for (int i = 0; i < kMostMessages; ++i) {
    if (is_over()) return false;
    auto message = parser_.next();
    if (!message.ok()) {
      end(FailureReason::Protocol, where_ + " does not speak the protocol properly (" + message.error().message + ")");
      return false;
    }
    if (!message->has_value()) {
      if (!answered_ && parser_.skipped() > 0)
        end(FailureReason::Protocol, where_ + " answers, but not in RTSP: is the port right?");
      return false;
    }
    take(**message);
  }
  return true;
}

void Connection::take(rtp::MessageParser::Message& message) {
  if (auto* frame = std::get_if<rtp::Interleaved>(&message)) return take_frame(*frame);
  if (auto* request = std::get_if<rtp::Request>(&message)) {
    auto step = dialogue_->take(*request);
    send(step.send);
    if (step.failure) end(step.failure->reason, step.failure->detail);
    return;
  }
  answered_ = true;
  answer(dialogue_->take(std::get<rtp::Response>(message)));
}

void Connection::answer(const Dialogue::Step& step) {
  if (step.failure) return end(step.failure->reason, step.failure->detail, step.other_transport);
  if (!step.moved_to.empty()) {
    become_opened({std::nullopt, false, step.moved_to});
    phase_ = Phase::Over;
    return;
  }
  send(step.send);
  if (step.playing && !is_over()) begin_media();
}

void Connection::begin_media() {
  const auto& agreed = dialogue_->tracks();
  const auto patience = config_.tcp ? milliseconds(0) : config_.reorder_patience;
  for (std::size_t i = 0; i < agreed.size(); ++i) {
    tracks_.push_back(std::make_unique<Track>(static_cast<int>(i), agreed[i].media, patience, began_));
  }
  const auto time = now();
  phase_ = config_.first_packet.count() > 0 ? Phase::Proving : Phase::Playing;
  proved_by_ = time + config_.first_packet;
  last_packet_ = last_rtp_ = time;
  if (!config_.tcp) {
    for (std::size_t i = 0; i < agreed.size(); ++i) {
      if (agreed[i].asked < pairs_.size()) udp_.push_back({std::move(pairs_[agreed[i].asked]), i});
    }
    pairs_.clear();
    // Opens the way back through firewalls and address translation, as cameras behind them expect.
    const std::array<std::uint8_t, 12> hello = {0x80};
    for (std::size_t i = 0; i < udp_.size(); ++i) {
      send_to(udp_[i], false, hello);
      const int tag = static_cast<int>(2 * i + 1);
      const bool watched = loop_.watch(*this, udp_[i].sockets.rtp.get(), EPOLLIN, tag) &&
                           loop_.watch(*this, udp_[i].sockets.rtcp.get(), EPOLLIN, tag + 1);
      if (!watched) return end(FailureReason::Internal, "no room for a further socket");
    }
  }
  keep_alive_due_ = time + dialogue_->keep_alive_interval();
  reports_due_ = time + kFirstReport;
  loop_.wake_at(*this, SteadyTime::max());  // that of opening; the next turn sets its own
  if (phase_ == Phase::Playing) become_opened({});
  for (auto& [channel, payload] : early_) take_frame({channel, payload});
  early_.clear();
}

std::vector<media::ParamsPtr> Connection::announced() const {
  std::vector<media::ParamsPtr> out;
  for (const auto& track : tracks_) out.push_back(track->announced());
  return out;
}

void Connection::take_rtp(Track& track, std::span<const std::uint8_t> bytes) {
  const auto when = arrival();
  if (!track.take_rtp(bytes, when, fresh_)) return;
  rtp_came_ = true;
  last_rtp_ = when.steady;
  if (phase_ == Phase::Proving) {
    phase_ = Phase::Playing;
    last_packet_ = when.steady;
    become_opened({});
  }
}

void Connection::take_frame(const rtp::Interleaved& frame) {
  if (tracks_.empty()) {
    // Some cameras send before they answer PLAY.
    early_bytes_ += frame.payload.size();
    if (early_bytes_ <= kMaxEarlyBytes)
      early_.emplace_back(frame.channel, std::vector(frame.payload.begin(), frame.payload.end()));
    return;
  }
  const auto& agreed = dialogue_->tracks();
  for (std::size_t i = 0; i < agreed.size(); ++i) {
    if (frame.channel == agreed[i].rtp_channel) {
      take_rtp(*tracks_[i], frame.payload);
    } else if (frame.channel == agreed[i].rtcp_channel) {
      tracks_[i]->take_rtcp(frame.payload, arrival());
      if (i > 0) tracks_[i]->follow(*tracks_[0]);
    }
  }
}

void Connection::read_udp(const Udp& udp, bool rtcp) {
  const int fd = (rtcp ? udp.sockets.rtcp : udp.sockets.rtp).get();
  auto& datagram = loop_.scratch();
  for (int i = 0; i < kMostDatagrams; ++i) {
    sockaddr_storage from{};
    socklen_t length = sizeof from;
    const auto got = ::recvfrom(fd, datagram.data(), datagram.size(), 0, reinterpret_cast<sockaddr*>(&from), &length);
    if (got < 0) return;
    if (!same_host(from, config_.endpoint.address)) continue;  // anybody can send to an open port
    auto bytes = std::span<const std::uint8_t>(datagram.data(), static_cast<std::size_t>(got));
    auto& track = *tracks_[udp.track];
    if (rtcp) {
      track.take_rtcp(bytes, arrival());
      if (udp.track > 0) track.follow(*tracks_[0]);
    } else {
      take_rtp(track, bytes);
    }
  }
}

void Connection::send_to(const Udp& udp, bool rtcp, std::span<const std::uint8_t> bytes) const {
  const auto& agreed = dialogue_->tracks()[udp.track];
  const auto port = rtcp ? agreed.server_rtcp_port : agreed.server_rtp_port;
  if (port == 0) return;
  auto to = config_.endpoint.address;
  if (to.ss_family == AF_INET6) {
    reinterpret_cast<sockaddr_in6&>(to).sin6_port = htons(port);
  } else {
    reinterpret_cast<sockaddr_in&>(to).sin_port = htons(port);
  }
  ::sendto((rtcp ? udp.sockets.rtcp : udp.sockets.rtp).get(), bytes.data(), bytes.size(), MSG_NOSIGNAL,
           reinterpret_cast<const sockaddr*>(&to), config_.endpoint.length);
}

void Connection::send_reports() {
  for (const auto& udp : udp_) send_to(udp, true, tracks_[udp.track]->make_report(now()));
  if (!config_.tcp || wire_.has_unsent()) return;
  std::string text;
  for (std::size_t i = 0; i < tracks_.size(); ++i) {
    const auto report = tracks_[i]->make_report(now());
    text += {'$', static_cast<char>(dialogue_->tracks()[i].rtcp_channel), static_cast<char>(report.size() >> 8),
             static_cast<char>(report.size() & 0xff)};
    text.append(report.begin(), report.end());
  }
  send(text);
}

SteadyTime Connection::next_duty() const {
  if (phase_ != Phase::Playing && phase_ != Phase::Proving) return config_.open_by;
  auto next = std::min(keep_alive_due_, reports_due_);
  next = std::min(next, phase_ == Phase::Proving ? std::min(proved_by_, config_.open_by) : silent_at());
  for (const auto& track : tracks_) {
    if (auto due = track->deadline()) next = std::min(next, *due);
  }
  return next;
}

SteadyTime Connection::silent_at() const {
  return std::min(std::max(last_packet_, last_rtp_) + config_.read_timeout,
                  last_packet_ + kPatience * config_.read_timeout);
}

void Connection::check_silence() {
  // What has just come is to be given out first.
  if (fresh_.empty() && now() >= silent_at()) end(FailureReason::Stalled, where_ + " sends no picture any more");
}

// What is to be done by the clock, while playing.
void Connection::housekeeping() {
  const auto time = now();
  if (time >= keep_alive_due_) {
    keep_alive_due_ = time + dialogue_->keep_alive_interval();
    send(dialogue_->keep_alive());
  }
  if (time >= reports_due_) {
    reports_due_ = time + kReportInterval;
    send_reports();
  }
  for (const auto& track : tracks_) {
    if (auto due = track->deadline(); due && time >= *due) track->tick(arrival(), fresh_);
    if (track->broken_units() > kMaxBrokenUnits)
      end(FailureReason::Protocol, where_ + " sends data, but no access units of the announced codec");
  }
}

}  // namespace vigil::ingest::native
