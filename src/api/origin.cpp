#include "api/origin.h"

#include <arpa/inet.h>

#include <algorithm>
#include <charconv>

namespace vigil::api {
namespace {

// 4 or 16 bytes; an IPv4 address in IPv6 clothes counts as IPv4. Empty: no address.
std::vector<unsigned char> address_bytes(std::string_view text) {
  const std::string copy(text);
  std::vector<unsigned char> bytes(16);
  if (inet_pton(AF_INET, copy.c_str(), bytes.data()) == 1) {
    bytes.resize(4);
    return bytes;
  }
  if (inet_pton(AF_INET6, copy.c_str(), bytes.data()) != 1) return {};
  const std::vector<unsigned char> mapped = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};
  if (std::equal(mapped.begin(), mapped.end(), bytes.begin())) return {bytes.begin() + 12, bytes.end()};
  return bytes;
}

std::string lower(std::string_view text) {
  std::string out(text);
  std::transform(out.begin(), out.end(), out.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return out;
}

}  // namespace

std::string host_of(std::string_view authority) {
  if (authority.starts_with('[')) {
    auto end = authority.find(']');
    return end == std::string_view::npos ? std::string() : lower(authority.substr(1, end - 1));
  }
  return lower(authority.substr(0, authority.find(':')));
}

bool is_ip_literal(std::string_view host) {
  return !address_bytes(host).empty();
}

bool is_loopback(std::string_view host) {
  auto name = lower(host);
  if (name == "localhost" || name.ends_with(".localhost")) return true;
  auto bytes = address_bytes(name);
  if (bytes.size() == 4) return bytes[0] == 127;
  return bytes.size() == 16 && bytes.back() == 1 &&
         std::all_of(bytes.begin(), bytes.end() - 1, [](auto b) { return b == 0; });
}

bool is_trusted_host(std::string_view authority, const std::vector<std::string>& allowed_hosts) {
  auto host = host_of(authority);
  return is_ip_literal(host) || is_loopback(host) ||
         std::any_of(allowed_hosts.begin(), allowed_hosts.end(), [&](const auto& one) { return lower(one) == host; });
}

bool is_allowed_origin(std::string_view origin, std::string_view host, const std::vector<std::string>& listed) {
  if (origin.empty() || std::find(listed.begin(), listed.end(), origin) != listed.end()) return true;
  auto mark = origin.find("://");
  return mark != std::string_view::npos && equals_ignoring_case(origin.substr(mark + 3), host);
}

Result<Networks> Networks::parse(const std::vector<std::string>& entries) {
  Networks networks;
  for (const auto& entry : entries) {
    auto slash = std::min(entry.find('/'), entry.size());
    Network network{address_bytes(std::string_view(entry).substr(0, slash)), 0};
    network.bits = static_cast<int>(network.bytes.size() * 8);
    bool right = network.bits > 0;
    if (slash < entry.size()) {
      int bits = -1;
      auto [end, status] = std::from_chars(entry.data() + slash + 1, entry.data() + entry.size(), bits);
      right = right && status == std::errc() && end == entry.data() + entry.size() && bits >= 0 && bits <= network.bits;
      network.bits = bits;
    }
    if (!right)
      return make_error(ErrorKind::InvalidArgument,
                        "\"" + entry + "\" is no address and no network such as 10.0.0.0/8");
    networks.networks_.push_back(std::move(network));
  }
  return networks;
}

bool Networks::contains(std::string_view address) const {
  auto bytes = address_bytes(address);
  return std::any_of(networks_.begin(), networks_.end(), [&](const Network& network) {
    if (bytes.size() != network.bytes.size()) return false;
    for (int bit = 0; bit < network.bits; ++bit) {
      auto index = static_cast<std::size_t>(bit / 8);
      auto mask = static_cast<unsigned char>(0x80 >> (bit % 8));
      if ((bytes[index] & mask) != (network.bytes[index] & mask)) return false;
    }
    return true;
  });
}

void apply_forwarded(Request& request, const Networks& proxies) {
  if (!proxies.contains(request.peer.address)) return;
  std::string all;
  for (const auto& [name, value] : request.headers.fields()) {
    if (equals_ignoring_case(name, "X-Forwarded-For")) all += (all.empty() ? "" : ",") + value;
  }
  std::string_view list = all;
  while (!list.empty()) {
    auto comma = list.rfind(',');
    auto last = comma == std::string_view::npos ? list : list.substr(comma + 1);
    list = comma == std::string_view::npos ? std::string_view() : list.substr(0, comma);
    while (last.starts_with(' ')) last.remove_prefix(1);
    while (last.ends_with(' ')) last.remove_suffix(1);
    if (!is_ip_literal(last)) break;  // what stands further left is not to be believed
    request.peer.address = std::string(last);
    if (!proxies.contains(last)) break;
  }
  if (request.headers.count("X-Forwarded-Proto") == 1) {
    request.secure = equals_ignoring_case(request.headers.get("X-Forwarded-Proto"), "https");
  }
}

}  // namespace vigil::api
