#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

// RTSP 1.0 messages (RFC 2326) as values, and their text. Pure.

namespace vigil::rtp {

using Headers = std::vector<std::pair<std::string, std::string>>;

// The first value of that name, any case. Null when absent.
const std::string* find_header(const Headers& headers, std::string_view name);

struct Request {
  std::string method;
  std::string uri;
  std::string version;  // "RTSP/1.0"
  Headers headers;      // names as sent, values trimmed
  std::string body;

  const std::string* header(std::string_view name) const { return find_header(headers, name); }
};

struct Response {
  int status = 200;
  Headers headers;
  std::string body;

  const std::string* header(std::string_view name) const { return find_header(headers, name); }
};

// One "$" frame inside the connection: RTP or RTCP. The payload is a view into the parser.
struct Interleaved {
  std::uint8_t channel = 0;
  std::span<const std::uint8_t> payload;
};

// With reason phrase, Content-Length and CSeq ("" leaves CSeq out). `server` is the Server field.
std::string to_text(const Response& response, std::string_view cseq, std::string_view server);

// Without Content-Length unless there is a body; CSeq comes first. Foreign text in it cannot begin a line.
std::string to_text(const Request& request, int cseq);

// "Busy Here" and the like.
const char* reason_phrase(int status);

}  // namespace vigil::rtp
