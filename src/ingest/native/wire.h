#pragma once

#include <poll.h>

#include <atomic>
#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "ingest/egress.h"
#include "ingest/source.h"

namespace vigil::ingest::native {

// A file descriptor that is closed with its owner.
class Descriptor {
 public:
  explicit Descriptor(int fd = -1) : fd_(fd) {}
  ~Descriptor();
  Descriptor(Descriptor&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  Descriptor& operator=(Descriptor&& other) noexcept {
    std::swap(fd_, other.fd_);
    return *this;
  }
  int get() const { return fd_; }
  explicit operator bool() const { return fd_ >= 0; }

 private:
  int fd_;
};

// Wakes whoever waits in poll(); from any thread. Once raised it stays so.
class Alarm {
 public:
  Alarm();
  void raise();
  bool raised() const { return raised_.load(std::memory_order_relaxed); }
  int fd() const { return fd_.get(); }

 private:
  std::atomic<bool> raised_{false};
  Descriptor fd_;
};

enum class Io { Done, WouldBlock, Closed, Failed };

// The TCP connection to a camera, with TLS where the URL says so. Non-blocking. Used by one thread.
class Wire {
 public:
  Wire();
  ~Wire();
  Wire(const Wire&) = delete;
  Wire& operator=(const Wire&) = delete;

  // Failures: Refused, Unreachable, Timeout, Tls, Stopped. Certificates of private addresses are not checked: cameras
  // sign their own.
  Outcome<bool> connect(const Endpoint& endpoint, std::uint16_t port, const std::string& host, bool tls,
                        SteadyTime deadline, const Alarm& alarm);

  Io read(std::span<std::uint8_t> into, std::size_t& count);
  // Sends all of it, waiting until `deadline` at most.
  Io write(std::string_view text, SteadyTime deadline, const Alarm& alarm);
  int fd() const { return socket_.get(); }

 private:
  struct Tls;
  Outcome<bool> handshake(const std::string& host, bool verify, SteadyTime deadline, const Alarm& alarm);

  Descriptor socket_;
  std::unique_ptr<Tls> tls_;
};

// The two UDP sockets of one track: an even port and the one after it.
struct UdpPair {
  Descriptor rtp, rtcp;
  std::uint16_t port = 0;
};
// Nothing when no pair is free.
std::optional<UdpPair> open_udp_pair(int family);

// Waits until one of `fds` is ready, the alarm rings or the deadline passes; false: the alarm rang.
bool wait_for(std::vector<pollfd>& fds, SteadyTime deadline, const Alarm& alarm);

}  // namespace vigil::ingest::native
