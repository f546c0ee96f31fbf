#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ip/udp.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/thread_pool.hpp>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "live/rtsp/hub.h"
#include "live/rtsp/target.h"
#include "live/rtsp_server.h"
#include "rtp/parser.h"
#include "rtp/transport.h"

namespace vigil::live::rtsp {

// What all connections share; outlives them.
struct House {
  const RtspConfig& config;
  RtspHouse& host;
  Clock& clock;
  boost::asio::io_context& loop;
  boost::asio::thread_pool& blocking;  // for what the host is asked
  Hub& hub;
  // Both null where no pair of ports was free.
  boost::asio::ip::udp::socket* rtp = nullptr;
  boost::asio::ip::udp::socket* rtcp = nullptr;
  std::uint64_t joins = 0, refused = 0, skipped_units = 0, sent_bytes = 0;
};

// One client: its dialogue, and the packets that it plays. On the loop's thread. Keeps itself alive while run() runs.
class Connection final : public Listener, public std::enable_shared_from_this<Connection> {
 public:
  // `tls`: the client speaks within TLS; null: in the clear.
  Connection(boost::asio::ip::tcp::socket socket, House& house, std::shared_ptr<boost::asio::ssl::context> tls);
  ~Connection() override;

  boost::asio::awaitable<void> run();
  void close();
  bool is_open() const { return socket_.is_open(); }
  bool is_playing() const { return watched_ != nullptr; }

  // What is due by the clock; about once a second.
  void tick(SteadyTime now);
  // RTCP came from there; true when it was ours.
  bool heard(const boost::asio::ip::udp::endpoint& from);

 private:
  struct SetUp {
    int track = 0;
    ::vigil::rtp::Transport transport;
  };

  struct Tls;

  boost::asio::awaitable<bool> shake_hands();
  boost::asio::awaitable<void> handle(::vigil::rtp::Request request);
  boost::asio::awaitable<::vigil::rtp::Response> answer(const ::vigil::rtp::Request& request);
  boost::asio::awaitable<std::optional<::vigil::rtp::Response>> admit(const ::vigil::rtp::Request& request);
  boost::asio::awaitable<std::optional<::vigil::rtp::Response>> find(const Target& target);
  std::optional<::vigil::rtp::Response> before_finding(const ::vigil::rtp::Request& request, const Target& target);
  ::vigil::rtp::Response describe(const ::vigil::rtp::Request& request) const;
  ::vigil::rtp::Response set_up(const ::vigil::rtp::Request& request, Target target);
  ::vigil::rtp::Response play(const ::vigil::rtp::Request& request);
  ::vigil::rtp::Response in_session(const ::vigil::rtp::Request& request);
  bool knows_session(const ::vigil::rtp::Request& request) const;
  boost::asio::awaitable<void> confirm();

  void feed_changed() override;
  void feed_ended() override;
  void start_playing();
  void stop_playing();
  bool wants(int track) const;
  bool by_tcp() const { return !tracks_.empty() && tracks_.front().transport.tcp; }

  void send(std::vector<std::uint8_t> bytes);
  void send_reports();
  void flush();
  void write(const std::vector<boost::asio::const_buffer>& buffers);
  UnitPtr next_unit();
  void flush_udp();

  boost::asio::ip::tcp::socket socket_;
  std::unique_ptr<Tls> tls_;  // around socket_
  House& house_;
  std::string peer_;   // address
  std::string local_;  // ours, as the client reached it
  boost::asio::ip::address peer_address_;
  ::vigil::rtp::MessageParser parser_;

  std::function<bool()> may_stay_;
  bool admitted_ = false, confirming_ = false;
  int wrong_ = 0;
  std::optional<Target> target_;
  RtspHouse::Found found_;
  std::string session_;
  std::vector<SetUp> tracks_;

  std::shared_ptr<Watched> watched_;  // while playing
  bool started_ = false;              // the answer to PLAY and the first reports are on their way
  std::uint64_t next_ = 0;            // of the feed's units
  std::size_t datagrams_sent_ = 0;    // bytes of the unit next_ that went out by UDP

  std::deque<std::vector<std::uint8_t>> replies_;
  std::vector<std::vector<std::uint8_t>> writing_replies_;
  std::vector<UnitPtr> writing_units_;
  bool writing_ = false, close_when_sent_ = false;
  boost::asio::steady_timer pace_;
  bool pacing_ = false;
  SteadyTime last_sign_{}, last_progress_{}, reports_due_{}, confirm_due_{};
};

}  // namespace vigil::live::rtsp
