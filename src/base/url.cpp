#include "base/url.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <charconv>

#include "base/utf8.h"

namespace vigil {
namespace {

Error bad(std::string why) {
  return make_error(ErrorKind::InvalidArgument, std::move(why), "url.malformed");
}

bool all_of(std::string_view text, int (*predicate)(int)) {
  return std::all_of(text.begin(), text.end(), [&](unsigned char c) { return predicate(c) != 0; });
}

bool is_scheme(std::string_view text) {
  if (text.empty() || !std::isalpha(static_cast<unsigned char>(text[0]))) return false;
  return std::all_of(text.begin(), text.end(),
                     [](unsigned char c) { return std::isalnum(c) || c == '+' || c == '-' || c == '.'; });
}

bool is_host(std::string_view text, bool bracketed) {
  return !text.empty() && text.size() <= 253 && std::all_of(text.begin(), text.end(), [&](unsigned char c) {
    return bracketed ? (std::isxdigit(c) || c == ':' || c == '.')
                     : (std::isalnum(c) || c == '-' || c == '.' || c == '_');
  });
}

std::string authority(const Url& url) {
  auto host = url.host.find(':') != std::string::npos ? "[" + url.host + "]" : url.host;
  return url.port.empty() ? host : host + ":" + url.port;
}

std::string tail(const Url& url) {
  return url.query.empty() ? url.path : url.path + "?" + url.query;
}

Result<void> parse_user_info(std::string_view info, Url& url) {
  auto colon = info.find(':');
  auto user = percent_decode(info.substr(0, colon));
  auto password = percent_decode(colon == std::string_view::npos ? "" : info.substr(colon + 1));
  if (!user || !password) return bad("the user name or password has a broken percent escape");
  url.user = *user;
  url.password = Secret(*password);
  return {};
}

Result<void> parse_host_port(std::string_view text, Url& url) {
  bool bracketed = !text.empty() && text[0] == '[';
  std::string_view host = text, port;
  if (bracketed) {
    auto close = text.find(']');
    if (close == std::string_view::npos) return bad("the IPv6 address is not closed with ]");
    host = text.substr(1, close - 1);
    auto rest = text.substr(close + 1);
    if (!rest.empty() && rest[0] != ':') return bad("unexpected text after the IPv6 address");
    port = rest.empty() ? rest : rest.substr(1);
  } else if (auto colon = text.rfind(':'); colon != std::string_view::npos) {
    host = text.substr(0, colon);
    port = text.substr(colon + 1);
  }
  if (bracketed && host.find(':') == std::string_view::npos) return bad("what is in [ ] is no IPv6 address");
  if (!is_host(host, bracketed)) return bad("the host name is missing or has characters that a host name cannot have");
  if (all_of(port, std::isdigit)) {
    unsigned number = 0;
    auto [end, status] = std::from_chars(port.data(), port.data() + port.size(), number);
    if (!port.empty() && (status != std::errc() || number == 0 || number > 65535))
      return bad("the port must be 1 to 65535");
  } else if (port.size() > 15 || !all_of(port, std::isalnum)) {
    return bad("the port is neither a number nor a service name");
  }
  url.host = std::string(host);
  url.port = std::string(port);
  return {};
}

}  // namespace

std::optional<std::uint16_t> Url::port_number() const {
  std::uint16_t number = 0;
  auto [end, status] = std::from_chars(port.data(), port.data() + port.size(), number);
  if (port.empty() || status != std::errc() || end != port.data() + port.size()) return std::nullopt;
  return number;
}

std::string Url::without_credentials() const {
  return scheme + "://" + authority(*this) + tail(*this);
}

Secret Url::with_credentials() const {
  std::string info;
  if (!user.empty() || !password.empty()) {
    info = percent_encode(user);
    if (!password.empty()) info += ":" + percent_encode(password.reveal());
    info += "@";
  }
  return Secret(scheme + "://" + info + authority(*this) + tail(*this));
}

Result<Url> parse_url(std::string_view text) {
  if (text.empty()) return bad("the URL is empty");
  if (text.size() > 2048) return bad("the URL is longer than 2048 characters");
  for (unsigned char c : text) {
    if (c <= ' ' || c == 0x7f || c == '"' || c == '<' || c == '>' || c == '\\' || c == '`') {
      return bad("the URL has a blank, control or forbidden character");
    }
  }
  auto mark = text.find("://");
  if (mark == std::string_view::npos || !is_scheme(text.substr(0, mark))) {
    return bad("the URL does not start with a scheme such as rtsp://");
  }
  Url url;
  url.scheme = std::string(text.substr(0, mark));
  std::transform(url.scheme.begin(), url.scheme.end(), url.scheme.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  if (!count_code_points(text)) return bad("the URL is not valid UTF-8");
  auto rest = text.substr(mark + 3);
  auto end = std::min(rest.find_first_of("/?#"), rest.size());
  auto head = rest.substr(0, end);
  rest.remove_prefix(end);
  // "admin:pa/ss@host": read by the letter, the host is "admin" and half the password lies in the path, in the clear.
  // Nor can "u:p@a/b@host" be told from a password with '@' and '/' in it. The colons of an IPv6 address say nothing.
  const bool address = head.starts_with('[') && head.find(']') != head.npos && head.find('@') == head.npos;
  if (head.find(':') != std::string_view::npos && !address && rest.find('@') != std::string_view::npos) {
    return bad("write '/' in a user name or password as %2F, '?' as %3F, '#' as %23, and '@' in a path as %40");
  }
  rest = rest.substr(0, rest.find('#'));  // a fragment never travels
  if (auto sign = head.rfind('@'); sign != std::string_view::npos) {
    VIGIL_TRY(parse_user_info(head.substr(0, sign), url));
    head.remove_prefix(sign + 1);
  }
  // What lies on this machine has no host: file:///path, v4l2:///dev/video0.
  bool local = url.scheme == "file" || url.scheme == "v4l2";
  if (!local || !head.empty()) VIGIL_TRY(parse_host_port(head, url));
  auto question = rest.find('?');
  url.path = std::string(rest.substr(0, question));
  if (question != std::string_view::npos) url.query = std::string(rest.substr(question + 1));
  return url;
}

std::string percent_encode(std::string_view text) {
  std::string out;
  for (unsigned char c : text) {
    if (std::isalnum(c) || c == '-' || c == '.' || c == '_' || c == '~') {
      out.push_back(static_cast<char>(c));
    } else {
      out += fmt::format("%{:02X}", c);
    }
  }
  return out;
}

std::optional<std::string> percent_decode(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      out.push_back(text[i]);
      continue;
    }
    unsigned value = 0;
    if (i + 2 >= text.size()) return std::nullopt;
    auto [end, status] = std::from_chars(text.data() + i + 1, text.data() + i + 3, value, 16);
    if (status != std::errc() || end != text.data() + i + 3 || value < 0x20 || value == 0x7f) return std::nullopt;
    out.push_back(static_cast<char>(value));
    i += 2;
  }
  return out;
}

}  // namespace vigil
