#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <span>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "live/webrtc/carrier.h"

namespace vigil::live::webrtc {

// Datagrams in a byte stream: two bytes of length before each (RFC 4571). A frame above `max` ends it all.
class Deframer {
 public:
  explicit Deframer(std::size_t max) : max_(max) {}
  // Calls `on_frame` for each whole frame. False: a frame is too long.
  bool push(std::span<const std::uint8_t> bytes, const std::function<void(std::span<std::uint8_t>)>& on_frame);

 private:
  const std::size_t max_;
  std::vector<std::uint8_t> held_;  // the beginning of a frame
};

// ICE over TCP, passive side (RFC 6544): one listening socket and its connections. A connection that does not say who
// it is within ten seconds is closed; so is the oldest one of those when there are too many. Used by one thread.
class TcpPort {
 public:
  static constexpr std::size_t kMaxUnknown = 64;          // connections that nobody has vouched for
  static constexpr std::size_t kMaxWaiting = 256u << 10;  // bytes not taken by a slow one: then its datagrams are lost

  // `watch` and `unwatch` tell the owner's event loop which descriptors to look at.
  struct Loop {
    std::function<void(int fd, bool write)> watch;
    std::function<void(int fd)> unwatch;
  };

  static Result<std::unique_ptr<TcpPort>> open(const Endpoint& address, Loop loop);
  ~TcpPort();
  TcpPort(const TcpPort&) = delete;
  TcpPort& operator=(const TcpPort&) = delete;

  const Endpoint& address() const { return address_; }
  bool owns(int fd) const { return fd == listener_ || by_fd_.count(fd) > 0; }

  // Something happened at one of ours. `on_closed` gets the id of each connection that ended.
  void happened(int fd, SteadyTime now, const OnDatagram& on_datagram,
                const std::function<void(std::uint64_t)>& on_closed);
  void send(std::uint64_t connection, std::span<const std::uint8_t> datagram);
  bool ready(std::uint64_t connection) const;
  void vouch(std::uint64_t connection);  // it belongs to a viewer
  void close(std::uint64_t connection);
  void expire(SteadyTime now);
  std::size_t connections() const { return by_id_.size(); }

 private:
  struct Connection;
  TcpPort(int listener, Endpoint address, Loop loop);
  void accept(SteadyTime now);
  bool read(Connection& connection, const OnDatagram& on_datagram);
  bool write(Connection& connection);

  const int listener_;
  const Endpoint address_;
  const Loop loop_;
  std::uint64_t next_id_ = 1;
  std::map<std::uint64_t, std::unique_ptr<Connection>> by_id_;
  std::map<int, Connection*> by_fd_;
};

}  // namespace vigil::live::webrtc
