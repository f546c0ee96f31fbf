#include "ingest/rtmp/connection.h"

#include <boost/asio/buffer.hpp>
#include <boost/asio/write.hpp>

#include "base/log.h"

namespace vigil::ingest::rtmp {

namespace asio = boost::asio;
using boost::system::error_code;
using model::FailureReason;

namespace {

constexpr std::size_t kMostWaiting = 256 << 10;

}  // namespace

Connection::Connection(asio::ip::tcp::socket socket, House& house)
    : socket_(std::move(socket)), house_(house), last_sign_(house.clock.steady()), delay_(house.loop) {
  error_code error;
  peer_ = socket_.remote_endpoint(error).address().to_string();
  socket_.set_option(asio::ip::tcp::no_delay(true), error);
}

Connection::~Connection() {
  close({FailureReason::Ended, "the encoder closed the connection"});
}

void Connection::close(Failure why) {
  if (ticket_ != 0) {
    log::info("encoder has gone", {{"camera", publication_.camera}, {"address", peer_}, {"reason", why.detail}});
    publication_.source->detach(ticket_, std::move(why));
    ticket_ = 0;
  }
  error_code ignored;
  delay_.cancel();
  socket_.shutdown(asio::ip::tcp::socket::shutdown_both, ignored);
  socket_.close(ignored);
}

void Connection::tick(SteadyTime now) {
  if (!is_open() || now - last_sign_ < house_.config.patience) return;
  close({FailureReason::Stalled, "the encoder is connected, but sends no picture"});
}

void Connection::read() {
  socket_.async_read_some(asio::buffer(buffer_), [self = shared_from_this()](error_code error, std::size_t count) {
    if (error) return self->close({FailureReason::Ended, "the encoder closed the connection"});
    self->house_.received_bytes += count;
    self->take(std::span(self->buffer_).first(count));
    if (self->is_open()) self->read();
  });
}

void Connection::take(std::span<const std::uint8_t> bytes) {
  if (auto understood = dialogue_.push(bytes); !understood) return broke(understood.error().message);
  if (auto key = dialogue_.take_wanted_key()) admit(*key);
  if (auto media = dialogue_.take_media(); ticket_ != 0 && !publish(media)) return;
  send();
  if (is_open() && dialogue_.over() && waiting_.empty() && writing_.empty()) {
    close({FailureReason::Ended, "the encoder ended the stream"});
  }
}

void Connection::broke(const std::string& why) {
  ++house_.broken;
  log::warn("encoder does not speak RTMP properly", {{"address", peer_}, {"reason", why}});
  close({FailureReason::Protocol, "the encoder does not speak RTMP properly: " + why});
}

void Connection::admit(const Secret& key) {
  auto found = house_.find(key);
  if (!found) return refuse(found.error().message);
  publication_ = std::move(*found);
  auto ticket = publication_.source->attach();
  if (!ticket) return refuse(ticket.error().message);
  ticket_ = *ticket;
  last_sign_ = house_.clock.steady();
  ++house_.accepted;
  log::info("encoder publishes", {{"camera", publication_.camera}, {"address", peer_}});
  dialogue_.accept();
}

// Later, so that keys are not tried by the thousand.
void Connection::refuse(std::string why) {
  ++house_.refused;
  log::warn("encoder was refused", {{"address", peer_}, {"reason", why}});
  delay_.expires_after(house_.config.after_refusal);
  delay_.async_wait([self = shared_from_this(), why = std::move(why)](error_code error) {
    if (error || !self->is_open()) return;
    self->dialogue_.refuse(why);
    self->send();
  });
}

// False: the connection is closed now.
bool Connection::publish(const std::vector<Message>& messages) {
  const Tracks::Arrival arrival{house_.clock.steady(), house_.clock.wall()};
  std::vector<media::Packet> packets;
  for (const auto& message : messages) {
    last_sign_ = arrival.steady;
    auto bad = message.type == kVideo ? tracks_.video(message.time_ms, message.body, arrival, packets)
                                      : tracks_.audio(message.time_ms, message.body, arrival, packets);
    if (bad) {
      ++house_.broken;
      close(std::move(*bad));
      return false;
    }
  }
  for (auto& packet : packets) {
    if (publication_.source->put(ticket_, std::move(packet))) continue;
    close({FailureReason::Ended, "another encoder publishes with the same key now, or the camera was changed"});
    return false;
  }
  return true;
}

void Connection::send() {
  auto answers = dialogue_.take_answers();
  waiting_.insert(waiting_.end(), answers.begin(), answers.end());
  // Asks and asks and never reads.
  if (waiting_.size() > kMostWaiting) return broke("it does not read what it is told");
  if (!writing_.empty() || waiting_.empty() || !is_open()) return;
  writing_.swap(waiting_);
  asio::async_write(socket_, asio::buffer(writing_), [self = shared_from_this()](error_code error, std::size_t) {
    self->writing_.clear();
    if (error) return self->close({FailureReason::Ended, "the encoder closed the connection"});
    self->send();
    if (self->writing_.empty() && self->dialogue_.over()) {
      self->close({FailureReason::Ended, "the encoder ended the stream"});
    }
  });
}

}  // namespace vigil::ingest::rtmp
