#pragma once

#include <array>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <memory>
#include <string>
#include <vector>

#include "ingest/rtmp/dialogue.h"
#include "ingest/rtmp/tracks.h"
#include "ingest/rtmp_server.h"

namespace vigil::ingest::rtmp {

// What all connections share; outlives them.
struct House {
  const RtmpServerConfig& config;
  const RtmpServer::Find& find;
  Clock& clock;
  boost::asio::io_context& loop;
  std::uint64_t accepted = 0, refused = 0, broken = 0, received_bytes = 0;
};

// One encoder. On the loop's thread; what waits for the socket keeps it alive.
class Connection final : public std::enable_shared_from_this<Connection> {
 public:
  Connection(boost::asio::ip::tcp::socket socket, House& house);
  ~Connection();

  void start() { read(); }
  void close(Failure why);
  bool is_open() const { return socket_.is_open(); }
  bool is_publishing() const { return ticket_ != 0; }
  // What is due by the clock; about once a second.
  void tick(SteadyTime now);

 private:
  void read();
  void take(std::span<const std::uint8_t> bytes);
  void admit(const Secret& key);
  void refuse(std::string why);
  bool publish(const std::vector<Message>& messages);
  void send();
  void broke(const std::string& why);

  boost::asio::ip::tcp::socket socket_;
  House& house_;
  std::string peer_;
  Dialogue dialogue_;
  Tracks tracks_;
  Publication publication_;
  PublishSource::Ticket ticket_ = 0;
  SteadyTime last_sign_;
  std::array<std::uint8_t, 32768> buffer_{};
  std::vector<std::uint8_t> waiting_, writing_;  // to be sent
  boost::asio::steady_timer delay_;
};

}  // namespace vigil::ingest::rtmp
