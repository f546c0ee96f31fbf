#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <memory>
#include <unordered_map>

#include "sim/server/cameras.h"
#include "sim/server/connection.h"
#include "sim/server/udp_ports.h"

namespace vigil::sim {

struct ServerConfig {
  boost::asio::ip::tcp::endpoint listen;
  rtsp::DialogueConfig dialogue;  // without the UDP port
  Connection::Limits limits;
  bool allow_udp = true;
  std::size_t max_clients = 1024;
};

// Takes connections, and closes the port while every camera refuses. On the network thread, except open().
class Server {
 public:
  Server(boost::asio::io_context& io, ServerConfig config, Cameras& cameras);

  // Before the network thread runs. Unavailable: the address is taken or not ours.
  Result<void> open();
  std::uint16_t port() const { return config_.listen.port(); }

  void faults_changed();
  void close();

 private:
  Result<void> listen();
  void accept();
  void on_client(boost::asio::ip::tcp::socket socket);
  void try_again_soon();
  void await_change();

  ServerConfig config_;
  Cameras& cameras_;
  UdpPorts udp_;
  boost::asio::ip::tcp::acceptor acceptor_;
  boost::asio::steady_timer change_, retry_;
  std::unordered_map<Connection*, std::weak_ptr<Connection>> clients_;
  bool closed_ = false;
};

}  // namespace vigil::sim
