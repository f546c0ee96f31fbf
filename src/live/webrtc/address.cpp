#include "live/webrtc/address.h"

#include <arpa/inet.h>

#include <algorithm>
#include <cstring>

namespace vigil::live::webrtc {
namespace {

constexpr std::array<std::uint8_t, 12> kV4Prefix = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};

}  // namespace

bool Endpoint::is_v4() const {
  return std::equal(kV4Prefix.begin(), kV4Prefix.end(), ip.begin());
}

bool Endpoint::is_loopback() const {
  if (is_v4()) return ip[12] == 127;
  return ip[15] == 1 && std::all_of(ip.begin(), ip.end() - 1, [](auto byte) { return byte == 0; });
}

bool Endpoint::is_any() const {
  auto from = is_v4() ? ip.begin() + 12 : ip.begin();
  return std::all_of(from, ip.end(), [](auto byte) { return byte == 0; });
}

std::optional<Endpoint> parse_endpoint(std::string_view ip, std::uint16_t port) {
  const std::string text(ip);
  Endpoint out;
  out.port = port;
  if (inet_pton(AF_INET, text.c_str(), out.ip.data() + 12) == 1) {
    std::copy(kV4Prefix.begin(), kV4Prefix.end(), out.ip.begin());
    return out;
  }
  if (inet_pton(AF_INET6, text.c_str(), out.ip.data()) == 1) return out;
  return std::nullopt;
}

std::string ip_text(const Endpoint& endpoint) {
  char text[INET6_ADDRSTRLEN] = {};
  if (endpoint.is_v4()) {
    inet_ntop(AF_INET, endpoint.ip.data() + 12, text, sizeof(text));
  } else {
    inet_ntop(AF_INET6, endpoint.ip.data(), text, sizeof(text));
  }
  return text;
}

Endpoint from_sockaddr(const sockaddr_storage& address) {
  Endpoint out;
  if (address.ss_family == AF_INET) {
    sockaddr_in v4{};
    std::memcpy(&v4, &address, sizeof(v4));
    std::copy(kV4Prefix.begin(), kV4Prefix.end(), out.ip.begin());
    std::memcpy(out.ip.data() + 12, &v4.sin_addr, 4);
    out.port = ntohs(v4.sin_port);
  } else {
    sockaddr_in6 v6{};
    std::memcpy(&v6, &address, sizeof(v6));
    std::memcpy(out.ip.data(), &v6.sin6_addr, 16);
    out.port = ntohs(v6.sin6_port);
  }
  return out;
}

socklen_t to_sockaddr(const Endpoint& endpoint, int family, sockaddr_storage& out) {
  out = {};
  if (family == AF_INET) {
    sockaddr_in v4{};
    v4.sin_family = AF_INET;
    v4.sin_port = htons(endpoint.port);
    std::memcpy(&v4.sin_addr, endpoint.ip.data() + 12, 4);
    std::memcpy(&out, &v4, sizeof(v4));
    return sizeof(v4);
  }
  sockaddr_in6 v6{};
  v6.sin6_family = AF_INET6;
  v6.sin6_port = htons(endpoint.port);
  std::memcpy(&v6.sin6_addr, endpoint.ip.data(), 16);
  std::memcpy(&out, &v6, sizeof(v6));
  return sizeof(v6);
}

}  // namespace vigil::live::webrtc
