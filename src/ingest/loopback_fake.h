#pragma once

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <functional>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

#include "base/assert.h"
#include "base/sync.h"

// Scripted servers on loopback for the tests of whatever connects to cameras.

namespace vigil::ingest {

// The server's end of one connection. All calls end when the server does.
class LoopbackPeer {
 public:
  explicit LoopbackPeer(int fd) : fd_(fd) {}

  bool send(std::string_view text) {
    while (!text.empty()) {
      auto sent = ::send(fd_, text.data(), text.size(), MSG_NOSIGNAL);
      if (sent <= 0) return false;
      text.remove_prefix(static_cast<std::size_t>(sent));
    }
    return true;
  }
  // Everything up to and with `mark`; empty when the other side closed before.
  std::string read_until(std::string_view mark) {
    for (;;) {
      auto found = received_.find(mark);
      if (found != std::string::npos) {
        auto text = received_.substr(0, found + mark.size());
        received_.erase(0, found + mark.size());
        return text;
      }
      char buffer[4096];
      auto got = ::recv(fd_, buffer, sizeof buffer, 0);
      if (got <= 0) return {};
      received_.append(buffer, static_cast<std::size_t>(got));
    }
  }
  std::string read_request() { return read_until("\r\n\r\n"); }
  // Says nothing until the other side closes.
  void hold() {
    char buffer[4096];
    while (::recv(fd_, buffer, sizeof buffer, 0) > 0) continue;
  }

 private:
  int fd_;
  std::string received_;
};

// Accepts on 127.0.0.1 and a free port, and runs `script` on a thread for each connection, which is closed after it.
class LoopbackServer {
 public:
  using Script = std::function<void(LoopbackPeer&)>;

  explicit LoopbackServer(Script script) : script_(std::move(script)), listener_(listen_somewhere()) {
    sockaddr_in address{};
    socklen_t length = sizeof address;
    ::getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &length);
    port_ = ntohs(address.sin_port);
    acceptor_ = std::jthread([this](const std::stop_token& stop) { accept_all(stop); });
  }
  ~LoopbackServer() {
    acceptor_.request_stop();
    ::shutdown(listener_, SHUT_RDWR);
    acceptor_.join();
    ::close(listener_);
    {
      MutexLock lock(mutex_);
      for (int fd : open_) ::shutdown(fd, SHUT_RDWR);
    }
    for (auto& thread : threads_) thread.join();
  }
  LoopbackServer(const LoopbackServer&) = delete;
  LoopbackServer& operator=(const LoopbackServer&) = delete;

  std::uint16_t port() const { return port_; }
  int connections() const { return connections_; }
  std::string url(std::string_view scheme, std::string_view path) const {
    return std::string(scheme) + "://127.0.0.1:" + std::to_string(port_) + std::string(path);
  }

  // A port where nothing listens.
  static std::uint16_t closed_port() {
    int fd = listen_somewhere();
    sockaddr_in address{};
    socklen_t length = sizeof address;
    ::getsockname(fd, reinterpret_cast<sockaddr*>(&address), &length);
    ::close(fd);
    return ntohs(address.sin_port);
  }

 private:
  static int listen_somewhere() {
    int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    VIGIL_ASSERT(::bind(fd, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0);
    VIGIL_ASSERT(::listen(fd, 16) == 0);
    return fd;
  }
  void accept_all(const std::stop_token& stop) {
    while (!stop.stop_requested()) {
      int fd = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
      if (fd < 0) continue;
      ++connections_;
      {
        MutexLock lock(mutex_);
        open_.push_back(fd);
      }
      threads_.emplace_back([this, fd] {
        LoopbackPeer peer(fd);
        script_(peer);
        MutexLock lock(mutex_);
        std::erase(open_, fd);
        ::close(fd);
      });
    }
  }

  const Script script_;
  const int listener_;
  std::uint16_t port_ = 0;
  std::atomic<int> connections_{0};
  Mutex mutex_;
  std::vector<int> open_ VIGIL_GUARDED_BY(mutex_);
  std::vector<std::thread> threads_;  // the acceptor's, then the destructor's
  std::jthread acceptor_;
};

}  // namespace vigil::ingest
