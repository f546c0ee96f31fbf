#pragma once

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <cstdint>
#include <functional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "base/assert.h"

namespace vigil::ingest {

// A bad line: takes datagrams on a port of its own, and sends on what `line` makes of each of them, in that order.
// Called with nothing when the line has been quiet for a while, so that nothing is held back for ever.
class UdpProxy {
 public:
  using Line = std::function<std::vector<std::string>(const std::string* datagram)>;

  UdpProxy(std::uint16_t to, Line line) : line_(std::move(line)), fd_(::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0)) {
    const int size = 4 << 20;
    ::setsockopt(fd_, SOL_SOCKET, SO_RCVBUF, &size, sizeof size);
    auto address = loopback(0);
    VIGIL_ASSERT(::bind(fd_, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0);
    socklen_t length = sizeof address;
    ::getsockname(fd_, reinterpret_cast<sockaddr*>(&address), &length);
    port_ = ntohs(address.sin_port);
    thread_ = std::jthread([this, to](const std::stop_token& stop) { run(stop, to); });
  }
  ~UdpProxy() {
    thread_.request_stop();
    thread_.join();
    ::close(fd_);
  }
  UdpProxy(const UdpProxy&) = delete;
  UdpProxy& operator=(const UdpProxy&) = delete;

  std::uint16_t port() const { return port_; }

 private:
  static sockaddr_in loopback(std::uint16_t port) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    address.sin_port = htons(port);
    return address;
  }
  void run(const std::stop_token& stop, std::uint16_t to) {
    const auto address = loopback(to);
    std::string buffer(65536, '\0');
    while (!stop.stop_requested()) {
      pollfd waiting{fd_, POLLIN, 0};
      const int ready = ::poll(&waiting, 1, 20);
      std::vector<std::string> out;
      if (ready > 0) {
        const auto got = ::recv(fd_, buffer.data(), buffer.size(), 0);
        if (got < 0) continue;
        const auto datagram = buffer.substr(0, static_cast<std::size_t>(got));
        out = line_(&datagram);
      } else {
        out = line_(nullptr);
      }
      for (const auto& datagram : out)
        ::sendto(fd_, datagram.data(), datagram.size(), 0, reinterpret_cast<const sockaddr*>(&address), sizeof address);
    }
  }

  const Line line_;
  const int fd_;
  std::uint16_t port_ = 0;
  std::jthread thread_;
};

}  // namespace vigil::ingest
