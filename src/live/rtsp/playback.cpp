// How a connection sends: what is told in connection.h.
#include <algorithm>
#include <array>
#include <boost/asio/buffer.hpp>
#include <boost/asio/socket_base.hpp>
#include <boost/asio/write.hpp>

#include "live/rtsp/tls_socket.h"

namespace vigil::live::rtsp {

namespace asio = boost::asio;
using boost::system::error_code;
using namespace std::chrono_literals;

namespace {

constexpr std::size_t kMostUnits = 32, kMostBytes = 256 << 10;  // of one write
constexpr int kBurst = 32;                                      // datagrams at once; a receiver's buffer is small
constexpr auto kPace = 2ms;
constexpr auto kReportInterval = 5s;

}  // namespace

void Connection::start_playing() {
  if (!watched_ || started_) return;
  last_progress_ = house_.clock.steady();
  send_reports();  // first, so that a player knows from the beginning which sound belongs to which picture
  started_ = true;
  flush();
}

void Connection::stop_playing() {
  if (!watched_) return;
  auto watched = std::move(watched_);
  watched_ = nullptr;
  watched->leave(*this);
}

void Connection::feed_changed() {
  flush();
}

// The camera was changed or removed, or sends something else now: the client has to ask anew.
void Connection::feed_ended() {
  for (const auto& track : tracks_) {
    if (watched_ && track.transport.tcp) send(watched_->feed().goodbye(track.track));
  }
  stop_playing();
  close_when_sent_ = true;
  if (!writing_) close();
}

bool Connection::wants(int track) const {
  return std::any_of(tracks_.begin(), tracks_.end(), [&](const auto& set_up) { return set_up.track == track; });
}

void Connection::send(std::vector<std::uint8_t> bytes) {
  if (!socket_.is_open() || bytes.empty()) return;
  replies_.push_back(std::move(bytes));
  flush();
}

void Connection::send_reports() {
  reports_due_ = house_.clock.steady() + kReportInterval;
  for (const auto& track : tracks_) {
    auto frame = watched_->feed().sender_report(track.track, house_.clock.wall());
    if (frame.empty()) continue;
    if (track.transport.tcp) {
      send(std::move(frame));
      continue;
    }
    error_code ignored;
    house_.rtcp->send_to(asio::buffer(frame.data() + 4, frame.size() - 4), {peer_address_, track.transport.rtcp_port},
                         0, ignored);
  }
}

bool Connection::heard(const asio::ip::udp::endpoint& from) {
  if (from.address() != peer_address_) return false;
  for (const auto& track : tracks_) {
    const auto& t = track.transport;
    if (t.tcp || (from.port() != t.rtp_port && from.port() != t.rtcp_port)) continue;
    last_sign_ = house_.clock.steady();
    return true;
  }
  return false;
}

// The next unit that this client plays; null: none for now. Who was overtaken goes on at the newest key frame.
UnitPtr Connection::next_unit() {
  if (!started_) return nullptr;
  auto& feed = watched_->feed();
  while (next_ < feed.end()) {
    if (next_ < feed.begin()) {
      house_.skipped_units += feed.join_at() - next_;
      next_ = feed.join_at();
      datagrams_sent_ = 0;
      continue;
    }
    const auto& unit = feed.at(next_);
    if (wants(unit->track)) return unit;
    ++next_;
  }
  return nullptr;
}

void Connection::flush() {
  if (!socket_.is_open()) return;
  if (watched_ && !by_tcp()) flush_udp();
  if (writing_) return;
  writing_replies_.clear();
  writing_units_.clear();
  std::vector<asio::const_buffer> buffers;
  std::size_t size = 0;
  while (!replies_.empty()) {
    writing_replies_.push_back(std::move(replies_.front()));
    replies_.pop_front();
  }
  for (const auto& bytes : writing_replies_) buffers.push_back(asio::buffer(bytes));
  while (watched_ && by_tcp() && writing_units_.size() < kMostUnits && size < kMostBytes) {
    auto unit = next_unit();
    if (!unit) break;
    ++next_;
    size += unit->frames.size();
    buffers.push_back(asio::buffer(unit->frames));
    writing_units_.push_back(std::move(unit));
  }
  if (buffers.empty()) {
    if (close_when_sent_) close();
    return;
  }
  writing_ = true;
  last_progress_ = house_.clock.steady();
  write(buffers);
}

void Connection::write(const std::vector<asio::const_buffer>& buffers) {
  auto done = [self = shared_from_this()](error_code error, std::size_t count) {
    self->writing_ = false;
    self->house_.sent_bytes += count;
    if (error) return self->close();
    self->flush();
  };
  if (tls_) {
    asio::async_write(tls_->stream, buffers, std::move(done));
  } else {
    asio::async_write(socket_, buffers, std::move(done));
  }
}

void Connection::flush_udp() {
  if (pacing_) return;
  for (int sent = 0; watched_;) {
    auto unit = next_unit();
    if (!unit) return;
    const auto set_up =
        std::find_if(tracks_.begin(), tracks_.end(), [&](const auto& t) { return t.track == unit->track; });
    const asio::ip::udp::endpoint to(peer_address_, set_up->transport.rtp_port);
    const auto& frames = unit->frames;
    while (datagrams_sent_ + 4 <= frames.size() && sent < kBurst) {
      const auto* head = frames.data() + datagrams_sent_;
      const auto length = static_cast<std::size_t>(head[2] << 8 | head[3]);
      error_code error;
      house_.rtp->send_to(asio::buffer(head + 4, length), to, 0, error);
      if (error == asio::error::would_block) break;  // the system's buffer is full: later
      datagrams_sent_ += 4 + length;
      house_.sent_bytes += length;
      ++sent;
    }
    if (datagrams_sent_ < frames.size()) break;
    datagrams_sent_ = 0;
    ++next_;
  }
  pacing_ = true;
  pace_.expires_after(kPace);
  pace_.async_wait([self = shared_from_this()](error_code error) {
    self->pacing_ = false;
    if (!error) self->flush();
  });
}

}  // namespace vigil::live::rtsp
