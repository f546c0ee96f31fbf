#include "api/http/head.h"

#include <algorithm>
#include <charconv>
#include <optional>

namespace vigil::api::http {
namespace {

Error bad(std::string message, std::string code = "http.malformed") {
  return make_error(ErrorKind::MalformedRequest, std::move(message), std::move(code));
}

bool is_token_char(unsigned char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
         std::string_view("!#$%&'*+-.^_`|~").find(static_cast<char>(c)) != std::string_view::npos;
}

bool is_token(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), is_token_char);
}

std::string_view trim(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
  return text;
}

// The line up to CRLF, which is removed; nothing when there is none or a bare CR or LF stands in it.
std::optional<std::string_view> take_line(std::string_view& text) {
  auto end = text.find("\r\n");
  if (end == std::string_view::npos) return std::nullopt;
  auto line = text.substr(0, end);
  if (line.find_first_of("\r\n") != std::string_view::npos) return std::nullopt;
  text.remove_prefix(end + 2);
  return line;
}

bool is_host(std::string_view host) {
  if (host.size() > 300) return false;
  return std::all_of(host.begin(), host.end(), [](unsigned char c) {
    return std::isalnum(c) || c == '.' || c == '-' || c == '_' || c == ':' || c == '[' || c == ']';
  });
}

Result<void> parse_request_line(std::string_view line, Head& head) {
  auto first = line.find(' ');
  auto last = line.rfind(' ');
  if (first == std::string_view::npos || first == last) return bad("the request line is not METHOD TARGET VERSION");
  auto method = line.substr(0, first);
  auto target = line.substr(first + 1, last - first - 1);
  auto version = line.substr(last + 1);
  if (!is_token(method) || method.size() > 32) return bad("the method is not a token");
  if (version != "HTTP/1.1" && version != "HTTP/1.0") {
    return bad("only HTTP/1.1 and HTTP/1.0 are spoken here", "http.version");
  }
  if (!std::all_of(target.begin(), target.end(), [](unsigned char c) { return c > 0x20 && c < 0x7f; })) {
    return bad("the target has a character that must be percent-encoded");
  }
  head.method = std::string(method);
  head.http11 = version == "HTTP/1.1";
  if (target.starts_with("http://") || target.starts_with("https://")) {
    // Absolute form: its authority wins over Host (RFC 9112, 3.2.2).
    auto authority = target.substr(target.find("//") + 2);
    auto end = std::min(authority.find_first_of("/?"), authority.size());
    head.host = std::string(authority.substr(0, end));
    if (head.host.empty() || !is_host(head.host)) return bad("the target's host is malformed");
    target = authority.substr(end);
    head.target = target.starts_with('/') ? std::string(target) : "/" + std::string(target);
  } else if (target.starts_with('/') || (target == "*" && method == "OPTIONS")) {
    head.target = std::string(target);
  } else {
    return bad("the target is not a path");
  }
  return {};
}

Result<void> parse_field(std::string_view line, Head& head) {
  if (line.front() == ' ' || line.front() == '\t') return bad("a header field goes on in the next line");
  auto colon = line.find(':');
  if (colon == std::string_view::npos || !is_token(line.substr(0, colon)))
    return bad("a header field has no proper name");
  auto value = trim(line.substr(colon + 1));
  for (unsigned char c : value) {
    if ((c < 0x20 && c != '\t') || c == 0x7f) return bad("a header field has a control character");
  }
  if (head.headers.fields().size() >= kMaxFields) return bad("too many header fields");
  head.headers.add(std::string(line.substr(0, colon)), std::string(value));
  return {};
}

// True when the comma-separated list has `token`, whatever the case.
bool list_has(std::string_view list, std::string_view token) {
  while (!list.empty()) {
    auto comma = std::min(list.find(','), list.size());
    if (equals_ignoring_case(trim(list.substr(0, comma)), token)) return true;
    list.remove_prefix(std::min(comma + 1, list.size()));
  }
  return false;
}

Result<void> parse_framing(Head& head) {
  const auto lengths = head.headers.count("Content-Length");
  const auto codings = head.headers.count("Transfer-Encoding");
  if (lengths > 1 || codings > 1) return bad("Content-Length or Transfer-Encoding stands twice");
  if (lengths > 0 && codings > 0) return bad("Content-Length and Transfer-Encoding exclude each other");
  if (codings > 0) {
    if (!head.http11) return bad("HTTP/1.0 has no Transfer-Encoding");
    if (!equals_ignoring_case(head.headers.get("Transfer-Encoding"), "chunked")) {
      return bad("Transfer-Encoding must be exactly \"chunked\"", "http.transfer_encoding");
    }
    head.chunked = true;
  }
  if (lengths > 0) {
    auto text = head.headers.get("Content-Length");
    auto [end, status] = std::from_chars(text.data(), text.data() + text.size(), head.content_length);
    if (status != std::errc() || end != text.data() + text.size() || text.size() > 18) {
      return bad("Content-Length is not a number");
    }
  }
  return {};
}

Result<void> parse_host(Head& head) {
  const auto hosts = head.headers.count("Host");
  if (hosts > 1 || (hosts == 0 && head.http11)) return bad("there must be exactly one Host");
  auto host = head.headers.get("Host");
  if (!is_host(host)) return bad("Host is malformed");
  if (head.host.empty()) head.host = std::string(host);
  return {};
}

}  // namespace

Result<Head> parse_head(std::string_view text) {
  if (text.size() > kMaxHead) return bad("the header is too large", "http.header_too_large");
  Head head;
  auto line = take_line(text);
  if (!line) return bad("the request line does not end with CR LF");
  VIGIL_TRY(parse_request_line(*line, head));
  for (;;) {
    line = take_line(text);
    if (!line) return bad("a header line does not end with CR LF");
    if (line->empty()) break;
    VIGIL_TRY(parse_field(*line, head));
  }
  if (!text.empty()) return bad("the header goes on after its end");
  VIGIL_TRY(parse_framing(head));
  VIGIL_TRY(parse_host(head));
  head.keep_alive = head.http11 && !list_has(head.headers.get("Connection"), "close");
  if (auto expect = head.headers.find("Expect")) {
    if (!equals_ignoring_case(*expect, "100-continue"))
      return bad("Expect may only be 100-continue", "http.expectation");
    head.expects_continue = head.http11;
  }
  return head;
}

}  // namespace vigil::api::http
