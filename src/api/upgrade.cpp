#include "api/upgrade.h"

#include <algorithm>

namespace vigil::api {
namespace {

constexpr std::size_t kMostProtocols = 16;

std::string_view trim(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
  return text;
}

// All members of the lists in all fields of that name.
std::vector<std::string_view> members(const Request& request, std::string_view name) {
  std::vector<std::string_view> out;
  for (const auto& [field, value] : request.headers.fields()) {
    if (!equals_ignoring_case(field, name)) continue;
    for (std::string_view list = value; !list.empty() && out.size() < kMostProtocols;) {
      auto comma = std::min(list.find(','), list.size());
      if (auto one = trim(list.substr(0, comma)); !one.empty()) out.push_back(one);
      list.remove_prefix(std::min(comma + 1, list.size()));
    }
  }
  return out;
}

bool has(const std::vector<std::string_view>& list, std::string_view wanted) {
  return std::any_of(list.begin(), list.end(), [&](auto one) { return equals_ignoring_case(one, wanted); });
}

// Sixteen bytes in base64: 22 digits and two signs of padding.
bool is_key(std::string_view text) {
  return text.size() == 24 && text.ends_with("==") && std::all_of(text.begin(), text.end() - 2, [](unsigned char c) {
           return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '+' || c == '/';
         });
}

}  // namespace

std::string upgrade_fault(const Request& request) {
  if (request.method != "GET") return "the method must be GET";
  if (!has(members(request, "Connection"), "upgrade") || !has(members(request, "Upgrade"), "websocket")) {
    return "the headers Connection: Upgrade and Upgrade: websocket are missing";
  }
  if (request.headers.count("Sec-WebSocket-Version") != 1 || request.headers.get("Sec-WebSocket-Version") != "13") {
    return "Sec-WebSocket-Version must be 13";
  }
  if (request.headers.count("Sec-WebSocket-Key") != 1 || !is_key(request.headers.get("Sec-WebSocket-Key"))) {
    return "Sec-WebSocket-Key must be sixteen bytes in base64";
  }
  return {};
}

std::vector<std::string_view> offered_protocols(const Request& request) {
  return members(request, "Sec-WebSocket-Protocol");
}

}  // namespace vigil::api
