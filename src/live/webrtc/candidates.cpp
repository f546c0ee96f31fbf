#include "live/webrtc/candidates.h"

#include <ifaddrs.h>
#include <net/if.h>
#include <sys/socket.h>

#include <algorithm>
#include <cstring>
#include <memory>

namespace vigil::live::webrtc {
namespace {

constexpr std::size_t kMost = 16;

bool is_link_local(const Endpoint& one) {
  if (one.is_v4()) return one.ip[12] == 169 && one.ip[13] == 254;
  return one.ip[0] == 0xfe && (one.ip[1] & 0xc0) == 0x80;
}

}  // namespace

std::vector<Endpoint> candidate_addresses(const Endpoint& bound, const std::vector<std::string>& advertised) {
  std::vector<Endpoint> out;
  for (const auto& text : advertised) {
    if (auto one = parse_endpoint(text, bound.port)) out.push_back(*one);
  }
  if (out.empty() && !bound.is_any()) out.push_back(bound);
  if (!out.empty()) return out;
  std::vector<Endpoint> loopback;
  ifaddrs* list = nullptr;
  if (getifaddrs(&list) != 0) list = nullptr;
  const std::unique_ptr<ifaddrs, decltype(&freeifaddrs)> held(list, &freeifaddrs);
  for (const auto* at = list; at != nullptr; at = at->ifa_next) {
    if (at->ifa_addr == nullptr || (at->ifa_flags & IFF_UP) == 0) continue;
    const int family = at->ifa_addr->sa_family;
    if (family != AF_INET && (family != AF_INET6 || bound.is_v4())) continue;
    sockaddr_storage address{};
    std::memcpy(&address, at->ifa_addr, family == AF_INET ? sizeof(sockaddr_in) : sizeof(sockaddr_in6));
    auto one = from_sockaddr(address);
    one.port = bound.port;
    if (is_link_local(one)) continue;
    auto& target = one.is_loopback() ? loopback : out;
    if (target.size() < kMost && std::find(target.begin(), target.end(), one) == target.end()) target.push_back(one);
  }
  return out.empty() ? loopback : out;
}

}  // namespace vigil::live::webrtc
