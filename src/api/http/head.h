#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "api/message.h"
#include "base/result.h"

// The head of a request, read strictly: whatever a proxy in front of us might read differently is refused, so that
// nobody can smuggle a second request past it. Pure. RFC 9110, RFC 9112.

namespace vigil::api::http {

inline constexpr std::size_t kMaxHead = 16u << 10;
inline constexpr std::size_t kMaxFields = 100;

struct Head {
  std::string method;
  std::string target;  // origin form, or "*"
  bool http11 = true;
  Headers headers;
  std::string host;  // the one Host, or the authority of an absolute target
  bool chunked = false;
  std::uint64_t content_length = 0;
  bool keep_alive = true;
  bool expects_continue = false;

  bool has_body() const { return chunked || content_length > 0; }
};

// `text`: up to and with the empty line. MalformedRequest; code "http.version" for a version that is not ours,
// "http.transfer_encoding" for a coding that is not, "http.expectation" for an Expect that is not.
Result<Head> parse_head(std::string_view text);

}  // namespace vigil::api::http
