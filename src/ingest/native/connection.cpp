#include "ingest/native/connection.h"

#include <fmt/format.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>

#include "media/nal.h"

namespace vigil::ingest::native {
namespace {

using model::FailureReason;
using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr seconds kReportInterval{5};  // some cameras want a sign of life at least so often
constexpr milliseconds kFirstReport{1000};
constexpr milliseconds kGoodbye{100};
constexpr milliseconds kWriteLimit{2000};
constexpr std::size_t kMaxEarlyBytes = 1 << 20;
constexpr int kMaxBrokenUnits = 250;
constexpr int kMostReads = 16, kMostDatagrams = 512;  // at a time
constexpr int kPatience = 4;                          // read time-outs until something must come of what comes

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

Connection::Connection(ConnectionConfig config, const Alarm& alarm)
    : config_(std::move(config)), alarm_(alarm), where_(name_of(config_.url)) {}

Connection::~Connection() {
  if (!dialogue_ || wire_.fd() < 0 || (end_ && end_->reason != FailureReason::Stopped)) return;
  // Also over TCP, and also when we are in a hurry: cameras count sessions.
  const Alarm silent;
  if (auto text = dialogue_->teardown(); !text.empty()) wire_.write(text, now() + kGoodbye, silent);
}

Arrival Connection::arrival() const {
  return {system_clock().steady(), system_clock().wall()};
}

void Connection::end(FailureReason reason, std::string detail) {
  if (!end_) end_ = Failure{reason, std::move(detail)};
}

Connection::Opened Connection::open(SteadyTime deadline) {
  began_ = now();
  const bool tls = config_.url.scheme == "rtsps";
  auto connected = wire_.connect(config_.endpoint, port_of(config_.url), config_.url.host, tls, deadline, alarm_);
  if (!connected.ok()) return {connected.failure(), false, {}};
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
  auto opened = converse(deadline);
  if (!opened.failure && opened.moved_to.empty()) begin_media();
  return opened;
}

Connection::Opened Connection::converse(SteadyTime deadline) {
  auto send = dialogue_->begin();
  if (auto result = wire_.write(send, std::min(deadline, now() + kWriteLimit), alarm_); result == Io::Failed) {
    return {Failure{FailureReason::Protocol, where_ + " closes the connection without a word"}, false, {}};
  }
  for (;;) {
    while (!answers_.empty()) {
      auto response = std::move(answers_.front());
      answers_.pop_front();
      answered_ = true;
      if (auto done = answer(dialogue_->take(response), deadline)) return *done;
    }
    if (end_) return {end_, false, {}};
    if (!answered_ && parser_.skipped() > 0)
      return {Failure{FailureReason::Protocol, where_ + " answers, but not in RTSP: is the port right?"}, false, {}};
    if (now() >= deadline) {
      return {
          Failure{FailureReason::Timeout, where_ + " takes the connection, but does not answer in time"}, false, {}};
    }
    pump(deadline);
  }
}

std::optional<Connection::Opened> Connection::answer(const Dialogue::Step& step, SteadyTime deadline) {
  if (step.failure) return Opened{step.failure, step.other_transport, {}};
  if (!step.moved_to.empty()) return Opened{std::nullopt, false, step.moved_to};
  if (step.playing) return Opened{};
  if (!step.send.empty() && wire_.write(step.send, std::min(deadline, now() + kWriteLimit), alarm_) == Io::Failed)
    end(FailureReason::Protocol, where_ + " closes the connection while being asked");
  return std::nullopt;
}

void Connection::begin_media() {
  const auto& agreed = dialogue_->tracks();
  for (std::size_t i = 0; i < agreed.size(); ++i) {
    tracks_.push_back(std::make_unique<Track>(static_cast<int>(i), agreed[i].media, config_.tcp, began_));
  }
  if (!config_.tcp) {
    datagram_.resize(65536);
    for (std::size_t i = 0; i < agreed.size(); ++i) {
      if (agreed[i].asked < pairs_.size()) udp_.push_back({std::move(pairs_[agreed[i].asked]), i});
    }
    pairs_.clear();
    // Opens the way back through firewalls and address translation, as cameras behind them expect.
    const std::array<std::uint8_t, 12> hello = {0x80};
    for (const auto& udp : udp_) send_to(udp, false, hello);
  }
  keep_alive_due_ = now() + dialogue_->keep_alive_interval();
  reports_due_ = now() + kFirstReport;
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

void Connection::take(rtp::MessageParser::Message& message) {
  if (auto* frame = std::get_if<rtp::Interleaved>(&message)) return take_frame(*frame);
  if (auto* request = std::get_if<rtp::Request>(&message)) {
    auto step = dialogue_->take(*request);
    if (!step.send.empty()) wire_.write(step.send, now() + kWriteLimit, alarm_);
    if (step.failure) end(step.failure->reason, step.failure->detail);
    return;
  }
  auto& response = std::get<rtp::Response>(message);
  if (!dialogue_->playing()) {
    if (answers_.size() < 16) answers_.push_back(std::move(response));
    return;
  }
  auto step = dialogue_->take(response);
  if (!step.send.empty()) wire_.write(step.send, now() + kWriteLimit, alarm_);
}

// False: nothing more for now.
bool Connection::read_tcp() {
  std::size_t count = 0;
  switch (wire_.read(parser_.room(), count)) {
    case Io::WouldBlock:
      return false;
    case Io::Closed:
    case Io::Failed:
      if (rtp_came_ || !early_.empty()) {
        end(FailureReason::Ended, where_ + " closed the stream");
      } else {
        end(FailureReason::Protocol, where_ + (answered_ ? " closes the connection in the middle of the talk"
                                                         : " closes the connection without a word"));
      }
      return false;
    case Io::Done:
      break;
  }
  parser_.received(count);
  for (;;) {
    auto message = parser_.next();
    if (!message.ok()) {
      end(FailureReason::Protocol, where_ + " does not speak the protocol properly (" + message.error().message + ")");
      return false;
    }
    if (!message->has_value()) return true;
    take(**message);
  }
}

void Connection::read_udp(const Udp& udp, bool rtcp) {
  const int fd = (rtcp ? udp.sockets.rtcp : udp.sockets.rtp).get();
  for (int i = 0; i < kMostDatagrams; ++i) {
    sockaddr_storage from{};
    socklen_t length = sizeof from;
    const auto got = ::recvfrom(fd, datagram_.data(), datagram_.size(), 0, reinterpret_cast<sockaddr*>(&from), &length);
    if (got < 0) return;
    if (!same_host(from, config_.endpoint.address)) continue;  // anybody can send to an open port
    auto bytes = std::span<const std::uint8_t>(datagram_.data(), static_cast<std::size_t>(got));
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
  if (!config_.tcp) return;
  std::string text;
  for (std::size_t i = 0; i < tracks_.size(); ++i) {
    const auto report = tracks_[i]->make_report(now());
    text += {'$', static_cast<char>(dialogue_->tracks()[i].rtcp_channel), static_cast<char>(report.size() >> 8),
             static_cast<char>(report.size() & 0xff)};
    text.append(report.begin(), report.end());
  }
  wire_.write(text, now() + kWriteLimit, alarm_);
}

SteadyTime Connection::next_duty() const {
  auto next = std::min(keep_alive_due_, reports_due_);
  for (const auto& track : tracks_) {
    if (auto due = track->deadline()) next = std::min(next, *due);
  }
  return next;
}

// What is to be done by the clock, while playing.
void Connection::housekeeping() {
  const auto time = now();
  if (time >= keep_alive_due_) {
    keep_alive_due_ = time + dialogue_->keep_alive_interval();
    if (wire_.write(dialogue_->keep_alive(), time + kWriteLimit, alarm_) == Io::Failed)
      end(FailureReason::Ended, where_ + " closed the stream");
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

void Connection::pump(SteadyTime deadline) {
  const bool playing = dialogue_ && dialogue_->playing() && !tracks_.empty();
  fds_.clear();
  fds_.push_back({wire_.fd(), POLLIN, 0});
  for (const auto& udp : udp_) {
    fds_.push_back({udp.sockets.rtp.get(), POLLIN, 0});
    fds_.push_back({udp.sockets.rtcp.get(), POLLIN, 0});
  }
  // Most of the time there is something already; asking first saves a wait.
  if (!(udp_.empty() && read_tcp()) && !end_) {
    if (!wait_for(fds_, playing ? std::min(deadline, next_duty()) : deadline, alarm_))
      return end(FailureReason::Stopped, "stopped");
    if (fds_[0].revents != 0) {
      // A camera that never stops talking must not keep us from looking at the clock and the alarm.
      for (int i = 0; i < kMostReads && !end_ && fresh_.empty() && answers_.empty() && read_tcp(); ++i) continue;
    }
    for (std::size_t i = 0; i < udp_.size(); ++i) {
      if (fds_[1 + 2 * i].revents != 0) read_udp(udp_[i], false);
      if (fds_[2 + 2 * i].revents != 0) read_udp(udp_[i], true);
    }
  } else if (alarm_.raised()) {
    return end(FailureReason::Stopped, "stopped");
  }
  if (playing && !end_ && now() >= next_duty()) housekeeping();
  for (auto& packet : fresh_) ready_.push_back(std::move(packet));
  fresh_.clear();
}

bool Connection::await_rtp(SteadyTime deadline) {
  while (!rtp_came_ && !end_ && now() < deadline) pump(deadline);
  return rtp_came_;
}

Outcome<media::Packet> Connection::read(milliseconds timeout) {
  const auto began = now();
  const auto patience = began + kPatience * timeout;
  while (ready_.empty()) {
    if (end_) return *end_;
    const auto deadline = std::min(std::max(began, last_rtp_) + timeout, patience);
    if (now() >= deadline) return Failure{FailureReason::Stalled, where_ + " sends no picture any more"};
    pump(deadline);
  }
  auto packet = std::move(ready_.front());
  ready_.pop_front();
  return packet;
}

}  // namespace vigil::ingest::native
