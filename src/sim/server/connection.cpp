#include "sim/server/connection.h"

#include <algorithm>
#include <boost/asio/buffer.hpp>
#include <boost/asio/socket_base.hpp>
#include <random>
#include <variant>

namespace vigil::sim {

namespace asio = boost::asio;
using boost::system::error_code;

namespace {

constexpr Ticks kIdleCheck{5 * 90000};
constexpr int kSendBuffer = 512 << 10;

void append_interleaved(std::vector<std::uint8_t>& out, std::uint8_t channel, std::span<const std::uint8_t> bytes) {
  out.push_back('$');
  out.push_back(channel);
  out.push_back(static_cast<std::uint8_t>(bytes.size() >> 8));
  out.push_back(static_cast<std::uint8_t>(bytes.size() & 0xff));
  out.insert(out.end(), bytes.begin(), bytes.end());
}

std::vector<std::uint8_t> interleaved(std::uint8_t channel, std::span<const media::RtpPacket> packets) {
  std::size_t size = 0;
  for (const auto& packet : packets) size += packet.bytes.size() + 4;
  std::vector<std::uint8_t> out;
  out.reserve(size);
  for (const auto& packet : packets) append_interleaved(out, channel, packet.bytes);
  return out;
}

}  // namespace

Connection::Connection(asio::ip::tcp::socket socket, rtsp::DialogueConfig dialogue, Limits limits,
                       const Cameras& cameras, UdpPorts& udp, std::function<void(Connection*)> closed)
    : socket_(std::move(socket)),
      limits_(limits),
      cameras_(cameras),
      udp_(udp),
      closed_(std::move(closed)),
      dialogue_(std::move(dialogue), cameras),
      timer_(socket_.get_executor()),
      last_sign_(cameras.time().now()) {}

void Connection::start() {
  error_code error;
  peer_ = socket_.remote_endpoint(error).address();
  if (!error) socket_.non_blocking(true, error);
  if (error) return close();
  socket_.set_option(asio::ip::tcp::no_delay(true), error);
  // A camera has little memory for this too, and what is stuck in the system's buffer cannot be counted.
  socket_.set_option(asio::socket_base::send_buffer_size(kSendBuffer), error);
  read();
  arm();
}

Fault Connection::fault() const {
  auto stream = dialogue_.stream();
  return stream ? cameras_.fault_of(stream->camera) : Fault{};
}

void Connection::read() {
  socket_.async_read_some(asio::buffer(buffer_), [self = shared_from_this()](error_code error, std::size_t count) {
    if (error) return self->close();
    self->on_bytes(count);
    if (self->socket_.is_open()) self->read();
  });
}

void Connection::on_bytes(std::size_t count) {
  last_sign_ = cameras_.time().now();
  parser_.feed(std::span(buffer_.data(), count));
  while (socket_.is_open() && !close_when_sent_) {
    auto message = parser_.next();
    if (!message.ok()) return act(dialogue_.refuse(message.error()));
    if (!message->has_value()) return;
    // Interleaved frames are the client's receiver reports: a sign of life and no more.
    if (auto* request = std::get_if<rtp::Request>(&**message)) act(dialogue_.handle(*request));
  }
}

void Connection::act(const rtsp::Answer& answer) {
  using rtsp::Effect;
  if (answer.effect == Effect::Abort) return reset();
  if (answer.effect == Effect::Ignore) return;
  if (answer.effect == Effect::Pause || answer.effect == Effect::End) stop_listening();
  enqueue({answer.text.begin(), answer.text.end()});
  if (answer.effect == Effect::Play && socket_.is_open()) play();
  if (answer.effect == Effect::End) {
    close_when_sent_ = true;
    if (waiting_.empty()) close();
  }
}

void Connection::play() {
  PacketSink& sink = *this;
  if (!playback_) playback_ = std::make_unique<Playback>(dialogue_.tracks(), sink, std::random_device()());
  for (const auto& track : dialogue_.tracks()) listen(track.track);
  arm();
}

// Makes sure that the feed which the camera shows now is listened to.
void Connection::listen(int track) {
  auto* wanted = cameras_.feed(*dialogue_.stream(), track);
  std::erase_if(taps_, [&](const auto& tap) {
    if (tap->track != track || !tap->successor || tap->feed == wanted) return false;
    tap->feed->remove(*tap);
    return true;
  });
  bool first = true;
  for (const auto& tap : taps_) {
    if (tap->track != track) continue;
    if (tap->feed == wanted) return;
    first = false;
  }
  if (wanted == nullptr) return;
  auto tap = std::make_unique<Tap>(*this, track);
  tap->feed = wanted;
  tap->successor = !first;
  auto& added = *taps_.emplace_back(std::move(tap));
  wanted->add(added);
}

void Connection::stop_listening() {
  for (const auto& tap : taps_) tap->feed->remove(*tap);
  taps_.clear();
}

void Connection::Tap::on_unit(const media::Packet& packet) {
  auto& to = owner;
  auto keep = to.shared_from_this();
  const int number = track;
  if (successor) {
    if (!packet.key) return;
    to.take_over(*this);
  }
  to.playback_->unit(number, packet, to.fault(), to.moment());
  to.arm();
}

void Connection::take_over(Tap& successor) {
  std::erase_if(taps_, [&](const auto& tap) {
    if (tap->track != successor.track || tap.get() == &successor) return false;
    tap->feed->remove(*tap);
    return true;
  });
  successor.successor = false;
}

void Connection::faults_changed() {
  auto stream = dialogue_.stream();
  if (!stream) return;
  const auto now = fault();
  if (now.kind == FaultKind::Refuse) return reset();
  if (ends_sessions(now.kind)) return close();
  if (!dialogue_.playing()) return;
  for (const auto& track : dialogue_.tracks()) listen(track.track);
  on_timer();
}

void Connection::heard(const UdpPorts::Endpoint& from) {
  if (from.address() != peer_) return;
  for (const auto& track : dialogue_.tracks()) {
    const auto& t = track.transport;
    if (!t.tcp && (from.port() == t.rtp_port || from.port() == t.rtcp_port)) last_sign_ = cameras_.time().now();
  }
}

UdpPorts::Endpoint Connection::client(std::uint16_t port) const {
  return {peer_, port};
}

void Connection::send_rtp(const rtsp::SetUpTrack& track, std::span<const media::RtpPacket> packets) {
  if (packets.empty()) return;
  if (track.transport.tcp) return enqueue(interleaved(track.transport.rtp_channel, packets));
  const auto to = client(track.transport.rtp_port);
  for (const auto& packet : packets) udp_.send_rtp(to, packet.bytes);
}

void Connection::send_rtcp(const rtsp::SetUpTrack& track, std::span<const std::uint8_t> report) {
  if (!track.transport.tcp) return udp_.send_rtcp(client(track.transport.rtcp_port), report);
  std::vector<std::uint8_t> bytes;
  append_interleaved(bytes, track.transport.rtcp_channel, report);
  enqueue(std::move(bytes));
}

void Connection::break_off(const rtsp::SetUpTrack& track, std::span<const media::RtpPacket> packets) {
  if (track.transport.tcp) {
    auto bytes = interleaved(track.transport.rtp_channel, packets);
    bytes.resize(bytes.size() / 2);
    enqueue(std::move(bytes));
  } else {
    send_rtp(track, packets.first(packets.size() / 2));
  }
  reset();
}

void Connection::enqueue(std::vector<std::uint8_t> bytes) {
  if (!socket_.is_open() || bytes.empty()) return;
  waiting_bytes_ += bytes.size();
  waiting_.push_back(std::move(bytes));
  if (!waiting_for_socket_) flush();
  // Reset, because an orderly end would wait behind what the client does not read.
  if (waiting_bytes_ > limits_.max_waiting_bytes) reset();
}

void Connection::flush() {
  while (socket_.is_open() && !waiting_.empty()) {
    const auto& first = waiting_.front();
    error_code error;
    auto sent = socket_.write_some(asio::buffer(first.data() + sent_of_first_, first.size() - sent_of_first_), error);
    if (error == asio::error::would_block || error == asio::error::try_again) {
      waiting_for_socket_ = true;
      socket_.async_wait(asio::socket_base::wait_write, [self = shared_from_this()](error_code failed) {
        self->waiting_for_socket_ = false;
        if (failed) return self->close();
        self->flush();
      });
      return;
    }
    if (error) return close();
    sent_of_first_ += sent;
    waiting_bytes_ -= sent;
    if (sent_of_first_ == waiting_.front().size()) {
      waiting_.pop_front();
      sent_of_first_ = 0;
    }
  }
  if (close_when_sent_ && waiting_.empty()) close();
}

// The timer is set anew only when something is due earlier than it would fire: a picture comes far more often.
void Connection::arm() {
  if (!socket_.is_open()) return;
  auto next = cameras_.time().now() + kIdleCheck;
  if (dialogue_.playing() && playback_) {
    if (auto due = playback_->next_tick()) next = std::min(next, *due);
  }
  if (armed_for_ && *armed_for_ <= next) return;
  armed_for_ = next;
  timer_.expires_at(cameras_.time().steady_at(next));
  timer_.async_wait([self = shared_from_this()](error_code error) {
    if (error) return;
    self->armed_for_.reset();
    self->on_timer();
  });
}

void Connection::on_timer() {
  const auto now = cameras_.time().now();
  if (now - last_sign_ > std::chrono::seconds(limits_.session_timeout_s) + kIdleCheck) return close();
  auto self = shared_from_this();
  if (dialogue_.playing() && playback_) playback_->tick(fault(), moment());
  arm();
}

void Connection::reset() {
  error_code ignored;
  socket_.set_option(asio::socket_base::linger(true, 0), ignored);
  close();
}

void Connection::close() {
  if (!socket_.is_open()) return;
  auto self = shared_from_this();
  stop_listening();
  error_code ignored;
  socket_.close(ignored);
  timer_.cancel();
  waiting_.clear();
  waiting_bytes_ = 0;
  closed_(this);
}

}  // namespace vigil::sim
