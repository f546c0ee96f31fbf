#include "socket.h"

#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cctype>
#include <cstdlib>

namespace vigil::viewers {
namespace {

constexpr int kRoundMs = 500;
constexpr std::size_t kMostHeld = 64u << 20;

std::string base64(std::string_view text) {
  constexpr std::string_view kDigits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string out;
  for (std::size_t i = 0; i < text.size(); i += 3) {
    std::uint32_t bits = 0;
    for (std::size_t k = 0; k < 3; ++k)
      bits = bits << 8 | (i + k < text.size() ? static_cast<unsigned char>(text[i + k]) : 0u);
    for (std::size_t k = 0; k < 4; ++k) out += i + k <= text.size() ? kDigits[bits >> (18 - 6 * k) & 63] : '=';
  }
  return out;
}

}  // namespace

std::optional<Address> parse_address(std::string_view url) {
  Address out;
  const auto scheme = url.find("://");
  if (scheme == std::string_view::npos) return std::nullopt;
  out.scheme = url.substr(0, scheme);
  url.remove_prefix(scheme + 3);
  const auto slash = std::min(url.find('/'), url.size());
  out.path = slash == url.size() ? "/" : std::string(url.substr(slash));
  auto host = url.substr(0, slash);
  if (const auto at = host.rfind('@'); at != std::string_view::npos) {
    const auto user = host.substr(0, at);
    const auto colon = std::min(user.find(':'), user.size());
    out.user = user.substr(0, colon);
    if (colon < user.size()) out.password = user.substr(colon + 1);
    host.remove_prefix(at + 1);
  }
  const auto colon = host.rfind(':');
  out.host = host.substr(0, colon);
  out.port =
      colon == std::string_view::npos ? (out.scheme == "rtsp" ? "554" : "80") : std::string(host.substr(colon + 1));
  if (out.host.empty()) return std::nullopt;
  return out;
}

std::string basic_authorization(const Address& address) {
  if (address.user.empty()) return {};
  return "Authorization: Basic " + base64(address.user + ":" + address.password) + "\r\n";
}

Socket::~Socket() {
  if (fd_ >= 0) ::close(fd_);
}

bool Socket::connect(const Address& address) {
  addrinfo hints{}, *found = nullptr;
  hints.ai_socktype = SOCK_STREAM;
  if (getaddrinfo(address.host.c_str(), address.port.c_str(), &hints, &found) != 0) return false;
  for (auto* one = found; one != nullptr && fd_ < 0; one = one->ai_next) {
    const int fd = ::socket(one->ai_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd >= 0 && ::connect(fd, one->ai_addr, one->ai_addrlen) == 0) {
      fd_ = fd;
    } else if (fd >= 0) {
      ::close(fd);
    }
  }
  freeaddrinfo(found);
  const int on = 1;
  if (fd_ >= 0) setsockopt(fd_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
  return fd_ >= 0;
}

bool Socket::send(std::string_view bytes) {
  while (!bytes.empty()) {
    const auto sent = ::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent <= 0) return false;
    bytes.remove_prefix(static_cast<std::size_t>(sent));
  }
  return true;
}

std::span<const std::uint8_t> Socket::receive(std::stop_token stop) {
  if (!held_.empty()) {
    const auto count = std::min(held_.size(), buffer_.size());
    std::copy_n(held_.begin(), count, buffer_.begin());
    held_.erase(0, count);
    return {buffer_.data(), count};
  }
  while (!stop.stop_requested()) {
    pollfd waiting{fd_, POLLIN, 0};
    if (::poll(&waiting, 1, kRoundMs) <= 0) continue;
    const auto count = ::recv(fd_, buffer_.data(), buffer_.size(), 0);
    if (count <= 0) break;
    return {buffer_.data(), static_cast<std::size_t>(count)};
  }
  return {};
}

std::optional<std::string> Socket::until(std::string_view mark, std::stop_token stop) {
  std::string out;
  for (;;) {
    const auto bytes = receive(stop);
    if (bytes.empty() || out.size() > kMostHeld) return std::nullopt;
    const auto from = out.size() < mark.size() ? 0 : out.size() - mark.size();
    out.append(bytes.begin(), bytes.end());
    if (const auto at = out.find(mark, from); at != std::string::npos) {
      held_.insert(0, out.substr(at + mark.size()));
      out.resize(at + mark.size());
      return out;
    }
  }
}

std::optional<std::string> Socket::exactly(std::size_t count, std::stop_token stop) {
  if (count > kMostHeld) return std::nullopt;
  std::string out;
  while (out.size() < count) {
    const auto bytes = receive(stop);
    if (bytes.empty()) return std::nullopt;
    out.append(bytes.begin(), bytes.end());
  }
  held_.insert(0, out.substr(count));
  out.resize(count);
  return out;
}

namespace {

std::optional<std::string> read_chunks(Socket& socket, std::stop_token stop) {
  std::string out;
  for (;;) {
    auto line = socket.until("\r\n", stop);
    if (!line) return std::nullopt;
    const auto size = std::strtoul(line->c_str(), nullptr, 16);
    auto chunk = socket.exactly(size + 2, stop);
    if (!chunk) return std::nullopt;
    if (size == 0) return out;
    out += chunk->substr(0, size);
  }
}

}  // namespace

std::optional<Reply> read_reply(Socket& socket, bool body, std::stop_token stop) {
  auto head = socket.until("\r\n\r\n", stop);
  if (!head) return std::nullopt;
  Reply out;
  if (const auto space = head->find(' '); space != std::string::npos) out.status = std::atoi(head->c_str() + space);
  for (auto at = head->find("\r\n"); at + 2 < head->size();) {
    const auto next = head->find("\r\n", at + 2);
    if (next == std::string::npos) break;
    const auto line = head->substr(at + 2, next - at - 2);
    at = next;
    const auto colon = line.find(':');
    if (colon == std::string::npos) continue;
    auto name = line.substr(0, colon);
    for (auto& letter : name) letter = static_cast<char>(std::tolower(static_cast<unsigned char>(letter)));
    const auto value = line.find_first_not_of(' ', colon + 1);
    out.headers[name] = value == std::string::npos ? "" : line.substr(value);
  }
  if (!body || out.status == 101 || out.status == 204 || out.status == 304) return out;
  auto got = out.headers["transfer-encoding"] == "chunked"
                 ? read_chunks(socket, stop)
                 : socket.exactly(std::strtoul(out.headers["content-length"].c_str(), nullptr, 10), stop);
  if (!got) return std::nullopt;
  out.body = std::move(*got);
  return out;
}

std::optional<Reply> Http::once(const std::string& request, std::stop_token stop) {
  if (!socket_) {
    socket_.emplace();
    if (!socket_->connect(address_)) return std::nullopt;
  }
  return socket_->send(request) ? read_reply(*socket_, true, stop) : std::nullopt;
}

std::optional<Reply> Http::ask(const std::string& method, const std::string& path, const std::string& type,
                               const std::string& body, std::stop_token stop) {
  auto request = method + " " + path + " HTTP/1.1\r\nHost: " + address_.host + ":" + address_.port + "\r\n" +
                 basic_authorization(address_);
  for (const auto& header : headers_) request += header + "\r\n";
  if (!type.empty()) request += "Content-Type: " + type + "\r\n";
  if (!body.empty()) request += "Content-Length: " + std::to_string(body.size()) + "\r\n";
  request += "\r\n" + body;
  const bool kept = socket_.has_value();
  auto reply = once(request, stop);
  if (!reply) {
    socket_.reset();
    // A connection that was kept may have been closed meanwhile.
    if (kept && !stop.stop_requested()) reply = once(request, stop);
  }
  if (!reply || reply->headers["connection"] == "close") socket_.reset();
  return reply;
}

}  // namespace vigil::viewers
