#pragma once

#include <array>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/udp.hpp>
#include <cstdint>
#include <functional>
#include <span>

#include "base/result.h"

namespace vigil::sim {

// The pair of UDP ports that all clients are served from: an even one for RTP and the next one for RTCP.
class UdpPorts {
 public:
  using Endpoint = boost::asio::ip::udp::endpoint;

  // `heard` is told from where anything came: a sign of life.
  UdpPorts(boost::asio::io_context& io, std::function<void(const Endpoint&)> heard);

  // Unavailable when no free pair is found.
  Result<void> open(const boost::asio::ip::address& address);
  void close();
  std::uint16_t rtp_port() const { return port_; }  // 0: not open

  // What the system does not take at once is lost, as on any network.
  void send_rtp(const Endpoint& to, std::span<const std::uint8_t> bytes);
  void send_rtcp(const Endpoint& to, std::span<const std::uint8_t> bytes);

 private:
  struct Port {
    boost::asio::ip::udp::socket socket;
    Endpoint from;
    std::array<std::uint8_t, 2048> buffer{};
  };
  bool bind(Port& port, const boost::asio::ip::address& address, std::uint16_t number);
  void receive(Port& port);

  Port rtp_, rtcp_;
  std::function<void(const Endpoint&)> heard_;
  std::uint16_t port_ = 0;
};

}  // namespace vigil::sim
