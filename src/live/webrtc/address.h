#pragma once

#include <netinet/in.h>

#include <array>
#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

// An IP address with a port, as a value: key of maps, candidate, target of a datagram.

namespace vigil::live::webrtc {

struct Endpoint {
  std::array<std::uint8_t, 16> ip{};  // IPv4 as ::ffff:a.b.c.d
  std::uint16_t port = 0;             // host order

  auto operator<=>(const Endpoint&) const = default;

  bool is_v4() const;
  bool is_loopback() const;
  bool is_any() const;
};

// Numeric addresses only, without brackets and zone. Nothing for anything else.
std::optional<Endpoint> parse_endpoint(std::string_view ip, std::uint16_t port);
std::string ip_text(const Endpoint& endpoint);

Endpoint from_sockaddr(const sockaddr_storage& address);
// The form that a socket of `family` (AF_INET, AF_INET6) takes; the size of it.
socklen_t to_sockaddr(const Endpoint& endpoint, int family, sockaddr_storage& out);

}  // namespace vigil::live::webrtc
