#include "ingest/egress.h"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <netinet/in.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cstring>
#include <optional>
#include <string_view>

namespace vigil::ingest {
namespace {

using Bytes = std::vector<std::uint8_t>;

constexpr std::array<const char*, 10> kNeverCameras = {
    "0.0.0.0/8", "169.254.169.254/32", "169.254.170.2/32", "100.100.100.200/32", "224.0.0.0/4", "240.0.0.0/4",
    "::/128",    "fd00:ec2::254/128",  "ff00::/8",         "fd20:ce::254/128",
};

bool starts_with(const Bytes& address, std::initializer_list<std::uint8_t> prefix) {
  return address.size() >= prefix.size() && std::equal(prefix.begin(), prefix.end(), address.begin());
}

Bytes slice(const Bytes& address, std::ptrdiff_t from) {
  return Bytes(address.begin() + from, address.begin() + from + 4);
}

// Four bytes for IPv4 and for IPv4-mapped IPv6, sixteen for other IPv6, none for other families.
Bytes bytes_of(const sockaddr_storage& address) {
  if (address.ss_family == AF_INET) {
    sockaddr_in v4{};
    std::memcpy(&v4, &address, sizeof v4);
    Bytes bytes(4);
    std::memcpy(bytes.data(), &v4.sin_addr, 4);
    return bytes;
  }
  if (address.ss_family != AF_INET6) return {};
  sockaddr_in6 v6{};
  std::memcpy(&v6, &address, sizeof v6);
  Bytes bytes(16);
  std::memcpy(bytes.data(), &v6.sin6_addr, 16);
  if (starts_with(bytes, {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff})) return slice(bytes, 12);
  return bytes;
}

// The IPv4 address that a translator or tunnel on the way would take out of this IPv6 address.
std::optional<Bytes> wrapped_v4(const Bytes& address) {
  if (address.size() != 16) return std::nullopt;
  if (starts_with(address, {0x00, 0x64, 0xff, 0x9b, 0, 0, 0, 0, 0, 0, 0, 0})) return slice(address, 12);  // NAT64
  if (starts_with(address, {0x20, 0x02})) return slice(address, 2);                                       // 6to4
  bool compatible = starts_with(address, {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0}) && (address[12] | address[13]) != 0;
  if (compatible) return slice(address, 12);
  return std::nullopt;
}

bool matches(const Bytes& network, int bits, const Bytes& address) {
  if (network.size() != address.size()) return false;
  int whole = bits / 8, rest = bits % 8;
  if (!std::equal(network.begin(), network.begin() + whole, address.begin())) return false;
  if (rest == 0) return true;
  auto mask = static_cast<std::uint8_t>(0xff << (8 - rest));
  return (network[static_cast<std::size_t>(whole)] & mask) == (address[static_cast<std::size_t>(whole)] & mask);
}

}  // namespace

Result<EgressPolicy::Network> EgressPolicy::parse(const std::string& text) {
  auto bad = [&] {
    return make_error(ErrorKind::InvalidArgument,
                      fmt::format("\"{}\" is not a network such as 192.168.0.0/16 or fd00::/8", text),
                      "egress.network");
  };
  auto slash = text.find('/');
  auto host = text.substr(0, slash);
  Network network;
  network.bytes.resize(16);
  if (inet_pton(AF_INET, host.c_str(), network.bytes.data()) == 1) {
    network.bytes.resize(4);
  } else if (inet_pton(AF_INET6, host.c_str(), network.bytes.data()) != 1) {
    return bad();
  }
  network.bits = static_cast<int>(network.bytes.size()) * 8;
  if (slash == std::string::npos) return network;
  auto digits = std::string_view(text).substr(slash + 1);
  int bits = -1;
  auto [end, status] = std::from_chars(digits.data(), digits.data() + digits.size(), bits);
  if (status != std::errc() || end != digits.data() + digits.size() || bits < 0 || bits > network.bits) return bad();
  network.bits = bits;
  return network;
}

bool EgressPolicy::inside(const std::vector<Network>& networks, const std::vector<std::uint8_t>& address) {
  return std::any_of(networks.begin(), networks.end(),
                     [&](const Network& network) { return matches(network.bytes, network.bits, address); });
}

EgressPolicy::EgressPolicy() {
  for (const char* text : kNeverCameras) deny_.push_back(std::move(parse(text)).value());
}

Result<EgressPolicy> EgressPolicy::make(const std::vector<std::string>& allow, const std::vector<std::string>& deny) {
  EgressPolicy policy;
  for (const auto& text : allow) {
    VIGIL_ASSIGN(auto network, parse(text));
    policy.allow_.push_back(std::move(network));
  }
  for (const auto& text : deny) {
    VIGIL_ASSIGN(auto network, parse(text));
    policy.deny_.push_back(std::move(network));
  }
  return policy;
}

bool EgressPolicy::allows(const sockaddr_storage& address) const {
  auto bytes = bytes_of(address);
  if (bytes.empty() || inside(deny_, bytes)) return false;
  auto wrapped = wrapped_v4(bytes);
  if (wrapped && inside(deny_, *wrapped)) return false;
  if (allow_.empty()) return true;
  return inside(allow_, bytes) && (!wrapped || inside(allow_, *wrapped));
}

bool is_private_network(const sockaddr_storage& address) {
  auto bytes = bytes_of(address);
  if (bytes.size() == 4) {
    return bytes[0] == 10 || bytes[0] == 127 || (bytes[0] == 172 && (bytes[1] & 0xf0) == 16) ||
           (bytes[0] == 192 && bytes[1] == 168) || (bytes[0] == 169 && bytes[1] == 254);
  }
  if (bytes.size() != 16) return false;
  static const Bytes loopback = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1};
  return (bytes[0] & 0xfe) == 0xfc || (bytes[0] == 0xfe && (bytes[1] & 0xc0) == 0x80) || bytes == loopback;
}

}  // namespace vigil::ingest
