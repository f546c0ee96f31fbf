// The head of a request: whatever is accepted must be free of what a proxy could read differently.

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "api/http/head.h"
#include "api/media_type.h"
#include "api/origin.h"
#include "api/router.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace vigil::api;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  auto head = http::parse_head(text);
  if (!head.ok()) return 0;
  if (!text.ends_with("\r\n\r\n") || text.find('\0') != std::string_view::npos) std::abort();
  if (head->chunked && (head->content_length != 0 || head->headers.count("Content-Length") != 0)) std::abort();
  if (head->headers.count("Host") > 1 || (head->http11 && head->headers.count("Host") != 1)) std::abort();
  if (head->target.empty() || head->target.find_first_of(" \r\n") != std::string::npos) std::abort();
  for (const auto& [name, value] : head->headers.fields()) {
    if (name.empty() || value.find_first_of("\r\n") != std::string::npos) std::abort();
  }
  const auto question = std::min(head->target.find('?'), head->target.size());
  if (auto segments = split_path(std::string_view(head->target).substr(0, question))) {
    for (const auto& segment : *segments) {
      if (segment.find('/') != std::string::npos || segment.find('\0') != std::string::npos) std::abort();
    }
  }
  (void)parse_query(std::string_view(head->target).substr(question));
  (void)parse_media_type(head->headers.get("Content-Type"));
  (void)accepts(head->headers.get("Accept"), {"application/json"});
  if (is_trusted_host(head->host, {}) && !is_loopback(host_of(head->host)) && !is_ip_literal(host_of(head->host)))
    std::abort();
  Request request;
  request.peer.address = "127.0.0.1";
  request.headers = head->headers;
  static const auto proxies = Networks::parse({"127.0.0.0/8", "::1"});
  apply_forwarded(request, *proxies);
  if (!is_ip_literal(request.peer.address)) std::abort();
  return 0;
}
