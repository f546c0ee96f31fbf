#pragma once

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <charconv>
#include <cstdint>
#include <string>
#include <string_view>

#include "api/message.h"
#include "base/json.h"

// A blocking HTTP client for tests, which can also send what no proper client would.

namespace vigil::api {

struct Reply {
  int status = 0;  // 0: the connection ended without an answer
  Headers headers;
  std::string body;
  Json json() const {
    auto parsed = parse_json(body, {.max_bytes = 64u << 20, .max_depth = 64});
    return parsed.ok() ? *parsed : Json();
  }
  std::string code() const { return json().value("code", std::string()); }
};

class HttpClient {
 public:
  explicit HttpClient(std::uint16_t port) {
    fd_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    timeval limit{10, 0};
    setsockopt(fd_, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (::connect(fd_, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) hang_up();
  }
  ~HttpClient() { hang_up(); }
  HttpClient(const HttpClient&) = delete;
  HttpClient& operator=(const HttpClient&) = delete;

  void hang_up() {
    if (fd_ >= 0) ::close(fd_);
    fd_ = -1;
  }
  bool send(std::string_view text) {
    while (!text.empty()) {
      auto sent = ::send(fd_, text.data(), text.size(), MSG_NOSIGNAL);
      if (sent <= 0) return false;
      text.remove_prefix(static_cast<std::size_t>(sent));
    }
    return true;
  }
  // Everything up to and with `mark`; what came when the connection ended, without one.
  std::string read_until(std::string_view mark) {
    for (;;) {
      if (auto at = buffer_.find(mark); at != std::string::npos) return take(at + mark.size());
      if (!fill()) return take(buffer_.size());
    }
  }
  std::string read_bytes(std::size_t count) {
    while (buffer_.size() < count && fill()) {
    }
    return take(std::min(count, buffer_.size()));
  }
  bool at_end() { return buffer_.empty() && !fill(); }

  Reply read_reply(bool head_only = false) {
    Reply reply;
    auto head = read_until("\r\n\r\n");
    if (head.size() < 12 || !head.starts_with("HTTP/1.1 ")) return reply;
    std::from_chars(head.data() + 9, head.data() + 12, reply.status);
    std::size_t at = head.find("\r\n") + 2;
    while (at < head.size() - 2) {
      auto end = head.find("\r\n", at);
      auto line = std::string_view(head).substr(at, end - at);
      auto colon = line.find(": ");
      reply.headers.add(std::string(line.substr(0, colon)), std::string(line.substr(colon + 2)));
      at = end + 2;
    }
    std::size_t length = 0;
    auto text = reply.headers.get("Content-Length");
    std::from_chars(text.data(), text.data() + text.size(), length);
    if (!head_only) reply.body = read_bytes(length);
    return reply;
  }
  Reply ask(std::string_view request) {
    if (!send(request)) return {};
    return read_reply(request.starts_with("HEAD "));
  }
  // A request with what every request needs; `extra` are further header lines, each with its end.
  Reply ask(std::string_view method, std::string_view target, std::string_view body = {},
            std::string_view type = "application/json", std::string_view extra = {}) {
    std::string text =
        std::string(method) + " " + std::string(target) + " HTTP/1.1\r\nHost: 127.0.0.1\r\n" + std::string(extra);
    if (!body.empty()) {
      text += "Content-Type: " + std::string(type) + "\r\nContent-Length: " + std::to_string(body.size()) + "\r\n";
    }
    text += "\r\n";
    send(text);
    send(body);
    return read_reply(method == "HEAD");
  }

 private:
  bool fill() {
    char chunk[65536];
    auto got = ::recv(fd_, chunk, sizeof chunk, 0);
    if (got <= 0) return false;
    buffer_.append(chunk, static_cast<std::size_t>(got));
    return true;
  }
  std::string take(std::size_t count) {
    auto out = buffer_.substr(0, count);
    buffer_.erase(0, count);
    return out;
  }
  int fd_ = -1;
  std::string buffer_;
};

}  // namespace vigil::api
