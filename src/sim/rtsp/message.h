#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "base/result.h"

// RTSP 1.0 messages (RFC 2326) as a server sees them. Pure.

namespace vigil::sim::rtsp {

using Headers = std::vector<std::pair<std::string, std::string>>;

struct Request {
  std::string method;
  std::string uri;
  std::string version;  // "RTSP/1.0"
  Headers headers;      // names as sent, values trimmed
  std::string body;

  // The first value of that name, any case. Null when absent.
  const std::string* header(std::string_view name) const;
};

// One "$" frame that a client sent inside the connection: its RTCP.
struct Interleaved {
  std::uint8_t channel = 0;
  std::vector<std::uint8_t> payload;
};

struct Response {
  int status = 200;
  Headers headers;
  std::string body;
};

// With reason phrase, Content-Length and CSeq ("" leaves CSeq out).
std::string to_text(const Response& response, std::string_view cseq);

// Takes the bytes of a connection apart. Bounded: header 16 KiB, 64 fields, body 64 KiB. Not thread-safe.
class RequestParser {
 public:
  using Message = std::variant<Request, Interleaved>;

  void feed(std::span<const std::uint8_t> bytes);

  // The next whole message, or nothing until more bytes come. MalformedRequest or PayloadTooLarge: answer and close,
  // what follows cannot be told apart any more.
  Result<std::optional<Message>> next();

 private:
  Result<std::optional<Message>> take_request();

  std::string buffer_;
};

}  // namespace vigil::sim::rtsp
