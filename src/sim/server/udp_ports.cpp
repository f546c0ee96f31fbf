#include "sim/server/udp_ports.h"

#include <boost/asio/buffer.hpp>

namespace vigil::sim {

namespace asio = boost::asio;
using boost::system::error_code;

UdpPorts::UdpPorts(asio::io_context& io, std::function<void(const Endpoint&)> heard)
    : rtp_{asio::ip::udp::socket(io), {}}, rtcp_{asio::ip::udp::socket(io), {}}, heard_(std::move(heard)) {}

bool UdpPorts::bind(Port& port, const asio::ip::address& address, std::uint16_t number) {
  error_code error;
  port.socket.close(error);
  port.socket.open(address.is_v6() ? asio::ip::udp::v6() : asio::ip::udp::v4(), error);
  if (!error) port.socket.bind(Endpoint(address, number), error);
  if (!error) port.socket.non_blocking(true, error);
  if (error) return false;
  error_code ignored;
  port.socket.set_option(asio::socket_base::send_buffer_size(4 << 20), ignored);  // a key frame of many cameras
  return true;
}

Result<void> UdpPorts::open(const asio::ip::address& address) {
  for (int attempt = 0; attempt < 64; ++attempt) {
    if (!bind(rtp_, address, 0)) break;
    error_code error;
    const auto number = rtp_.socket.local_endpoint(error).port();
    if (error || number % 2 != 0 || number == 65534) continue;
    if (!bind(rtcp_, address, static_cast<std::uint16_t>(number + 1))) continue;
    port_ = number;
    receive(rtp_);
    receive(rtcp_);
    return {};
  }
  close();
  return make_error(ErrorKind::Unavailable, "no free pair of UDP ports on " + address.to_string(), "sim.udp");
}

void UdpPorts::close() {
  error_code ignored;
  rtp_.socket.close(ignored);
  rtcp_.socket.close(ignored);
  port_ = 0;
}

void UdpPorts::receive(Port& port) {
  port.socket.async_receive_from(asio::buffer(port.buffer), port.from, [this, &port](error_code error, std::size_t) {
    if (error == asio::error::operation_aborted || !port.socket.is_open()) return;
    // Others are echoes of closed client ports (ICMP) and mean nothing here.
    if (!error) heard_(port.from);
    receive(port);
  });
}

void UdpPorts::send_rtp(const Endpoint& to, std::span<const std::uint8_t> bytes) {
  error_code ignored;
  rtp_.socket.send_to(asio::buffer(bytes.data(), bytes.size()), to, 0, ignored);
}

void UdpPorts::send_rtcp(const Endpoint& to, std::span<const std::uint8_t> bytes) {
  error_code ignored;
  rtcp_.socket.send_to(asio::buffer(bytes.data(), bytes.size()), to, 0, ignored);
}

}  // namespace vigil::sim
