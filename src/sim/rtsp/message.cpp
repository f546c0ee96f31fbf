#include "sim/rtsp/message.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <charconv>

namespace vigil::sim::rtsp {
namespace {

constexpr std::size_t kMaxHead = 16 << 10, kMaxFields = 64, kMaxBody = 64 << 10;

bool same(std::string_view a, std::string_view b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](unsigned char x, unsigned char y) { return std::tolower(x) == std::tolower(y); });
}

std::string_view trimmed(std::string_view text) {
  auto begin = text.find_first_not_of(" \t");
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(" \t") - begin + 1);
}

bool is_token(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](unsigned char c) {
    return std::isalnum(c) || c == '-' || c == '_' || c == '.';
  });
}

Error malformed(std::string why) {
  return make_error(ErrorKind::MalformedRequest, "RTSP request: " + std::move(why), "rtsp.malformed");
}

// The next line without its end; LF alone is taken as well, some clients send it.
std::string_view take_line(std::string_view& text) {
  auto end = text.find('\n');
  auto line = text.substr(0, end);
  text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
  if (!line.empty() && line.back() == '\r') line.remove_suffix(1);
  return line;
}

Result<void> parse_request_line(std::string_view line, Request& request) {
  auto first = line.find(' ');
  auto last = line.rfind(' ');
  if (first == std::string_view::npos || last == first) return malformed("the first line has not three parts");
  request.method = std::string(line.substr(0, first));
  request.uri = std::string(trimmed(line.substr(first + 1, last - first - 1)));
  request.version = std::string(line.substr(last + 1));
  if (!is_token(request.method)) return malformed("the method is no word");
  const auto& uri = request.uri;
  if (uri.empty() || std::any_of(uri.begin(), uri.end(), [](unsigned char c) { return c <= ' ' || c == 0x7f; })) {
    return malformed("the URI is empty or has blanks or control characters");
  }
  return {};
}

Result<void> parse_field(std::string_view line, Request& request) {
  auto colon = line.find(':');
  if (colon == std::string_view::npos) return malformed("a header field has no colon");
  auto name = trimmed(line.substr(0, colon));
  auto value = trimmed(line.substr(colon + 1));
  if (!is_token(name)) return malformed("a header field has no name");
  if (std::any_of(value.begin(), value.end(), [](unsigned char c) { return (c < ' ' && c != '\t') || c == 0x7f; })) {
    return malformed("a header field has control characters");
  }
  if (request.headers.size() >= kMaxFields) return malformed("too many header fields");
  request.headers.emplace_back(name, value);
  return {};
}

Result<std::size_t> body_length(const Request& request) {
  const auto* text = request.header("Content-Length");
  if (text == nullptr) return std::size_t{0};
  std::size_t length = 0;
  auto [end, status] = std::from_chars(text->data(), text->data() + text->size(), length);
  if (status != std::errc() || end != text->data() + text->size()) return malformed("Content-Length is no number");
  if (length > kMaxBody) return make_error(ErrorKind::PayloadTooLarge, "RTSP request: body above 64 KiB", "rtsp.size");
  return length;
}

const char* reason(int status) {
  switch (status) {
    case 200:
      return "OK";
    case 400:
      return "Bad Request";
    case 401:
      return "Unauthorized";
    case 404:
      return "Not Found";
    case 405:
      return "Method Not Allowed";
    case 406:
      return "Not Acceptable";
    case 413:
      return "Request Entity Too Large";
    case 453:
      return "Not Enough Bandwidth";
    case 454:
      return "Session Not Found";
    case 455:
      return "Method Not Valid in This State";
    case 459:
      return "Aggregate Operation Not Allowed";
    case 461:
      return "Unsupported Transport";
    case 503:
      return "Service Unavailable";
    case 505:
      return "RTSP Version Not Supported";
    case 551:
      return "Option Not Supported";
    default:
      return "Error";
  }
}

}  // namespace

const std::string* Request::header(std::string_view name) const {
  for (const auto& [key, value] : headers) {
    if (same(key, name)) return &value;
  }
  return nullptr;
}

std::string to_text(const Response& response, std::string_view cseq) {
  auto text = fmt::format("RTSP/1.0 {} {}\r\n", response.status, reason(response.status));
  if (!cseq.empty()) text += fmt::format("CSeq: {}\r\n", cseq);
  text += "Server: Vigil simulator\r\n";
  for (const auto& [name, value] : response.headers) text += fmt::format("{}: {}\r\n", name, value);
  if (!response.body.empty()) text += fmt::format("Content-Length: {}\r\n", response.body.size());
  return text + "\r\n" + response.body;
}

void RequestParser::feed(std::span<const std::uint8_t> bytes) {
  buffer_.append(bytes.begin(), bytes.end());
}

Result<std::optional<RequestParser::Message>> RequestParser::next() {
  // Empty lines between messages are allowed, and some clients send them.
  auto skip = std::min(buffer_.find_first_not_of("\r\n"), buffer_.size());
  if (skip > 0) buffer_.erase(0, skip);
  if (buffer_.empty()) return std::optional<Message>();
  if (buffer_[0] != '$') return take_request();
  if (buffer_.size() < 4) return std::optional<Message>();
  const auto length =
      static_cast<std::size_t>(static_cast<unsigned char>(buffer_[2]) << 8 | static_cast<unsigned char>(buffer_[3]));
  if (buffer_.size() < 4 + length) return std::optional<Message>();
  Interleaved frame;
  frame.channel = static_cast<std::uint8_t>(buffer_[1]);
  frame.payload.assign(buffer_.begin() + 4, buffer_.begin() + 4 + static_cast<std::ptrdiff_t>(length));
  buffer_.erase(0, 4 + length);
  return std::optional<Message>(std::move(frame));
}

Result<std::optional<RequestParser::Message>> RequestParser::take_request() {
  auto blank = buffer_.find("\n\r\n");
  auto bare = buffer_.find("\n\n");
  auto head = std::min(blank == std::string::npos ? blank : blank + 3, bare == std::string::npos ? bare : bare + 2);
  if (std::min(head, buffer_.size()) > kMaxHead) {
    return make_error(ErrorKind::PayloadTooLarge, "RTSP request: header above 16 KiB", "rtsp.size");
  }
  if (head == std::string::npos) return std::optional<Message>();
  std::string_view text(buffer_.data(), head);
  Request request;
  VIGIL_TRY(parse_request_line(take_line(text), request));
  for (auto line = take_line(text); !line.empty(); line = take_line(text)) VIGIL_TRY(parse_field(line, request));
  VIGIL_ASSIGN(auto length, body_length(request));
  if (buffer_.size() < head + length) return std::optional<Message>();
  request.body = buffer_.substr(head, length);
  buffer_.erase(0, head + length);
  return std::optional<Message>(std::move(request));
}

}  // namespace vigil::sim::rtsp
