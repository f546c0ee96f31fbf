#pragma once

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <cstdint>
#include <functional>
#include <string>
#include <thread>
#include <utility>

#include "base/sync.h"

namespace vigil::app {

// An HTTP server for tests that answers each request as told: `answer` gets head and body and gives the bytes of the
// answer; empty: it says nothing until the client gives up.
class ScriptedEndpoint {
 public:
  using Answer = std::function<std::string(const std::string& request)>;

  explicit ScriptedEndpoint(Answer answer) : answer_(std::move(answer)) {
    listener_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof(address);
    ::bind(listener_, reinterpret_cast<sockaddr*>(&address), size);
    ::listen(listener_, 8);
    ::getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size);
    port_ = ntohs(address.sin_port);
    thread_ = std::jthread([this](std::stop_token stop) { run(stop); });
  }
  ~ScriptedEndpoint() {
    thread_.request_stop();
    ::shutdown(listener_, SHUT_RDWR);
    thread_.join();
    ::close(listener_);
  }
  ScriptedEndpoint(const ScriptedEndpoint&) = delete;
  ScriptedEndpoint& operator=(const ScriptedEndpoint&) = delete;

  std::string url() const { return "http://127.0.0.1:" + std::to_string(port_) + "/v1"; }
  int requests() const { return requests_; }

  static std::string http(const std::string& body, const std::string& status = "200 OK", const std::string& more = "") {
    return "HTTP/1.1 " + status +
           "\r\nContent-Type: application/json\r\nContent-Length: " + std::to_string(body.size()) +
           "\r\nConnection: close\r\n" + more + "\r\n" + body;
  }
  static std::string words(const std::string& text) {
    return http(R"({"choices":[{"message":{"role":"assistant","content":")" + text + R"("}}]})");
  }

 private:
  void run(std::stop_token stop) {
    while (!stop.stop_requested()) {
      const int client = ::accept(listener_, nullptr, nullptr);
      if (client < 0) return;
      std::stop_callback wake(stop, [client] { ::shutdown(client, SHUT_RDWR); });
      const auto request = read(client);
      ++requests_;
      const auto reply = answer_(request);
      std::size_t sent = 0;
      while (sent < reply.size()) {
        const auto n = ::send(client, reply.data() + sent, reply.size() - sent, MSG_NOSIGNAL);
        if (n <= 0) break;
        sent += static_cast<std::size_t>(n);
      }
      if (reply.empty()) {
        std::array<char, 64> rest{};
        while (::read(client, rest.data(), rest.size()) > 0) continue;
      }
      ::close(client);
    }
  }

  static std::string read(int client) {
    std::string all;
    std::array<char, 16384> buffer{};
    while (true) {
      const auto head = all.find("\r\n\r\n");
      if (head != std::string::npos) {
        const auto at = all.find("Content-Length: ");
        const auto length = at < head ? std::strtoul(all.c_str() + at + 16, nullptr, 10) : 0;
        if (all.size() >= head + 4 + length) return all;
      }
      const auto got = ::read(client, buffer.data(), buffer.size());
      if (got <= 0) return all;
      all.append(buffer.data(), static_cast<std::size_t>(got));
    }
  }

  const Answer answer_;
  int listener_ = -1;
  std::uint16_t port_ = 0;
  std::atomic<int> requests_{0};
  std::jthread thread_;
};

}  // namespace vigil::app
