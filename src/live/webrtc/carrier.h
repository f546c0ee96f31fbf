#pragma once

#include <cstdint>
#include <functional>
#include <span>

#include "live/webrtc/address.h"

namespace vigil::live::webrtc {

// One way between us and a viewer: a UDP five-tuple, or a TCP connection.
struct Path {
  std::uint64_t connection = 0;  // TCP; 0: UDP
  std::uint32_t port = 0;        // UDP: which of our sockets
  Endpoint remote;
  Endpoint local;  // UDP on a wildcard address: where it came to, and where answers come from; not part of the identity

  bool operator==(const Path& other) const {
    return connection == other.connection && port == other.port && remote == other.remote;
  }
};

struct PathHash {
  std::size_t operator()(const Path& path) const {
    std::size_t out = path.connection * 0x9e3779b97f4a7c15u + path.port;
    for (auto byte : path.remote.ip) out = (out ^ byte) * 0x100000001b3u;
    return (out ^ path.remote.port) * 0x100000001b3u;
  }
};

// Whoever sends datagrams, whatever is below.
class Carrier {
 public:
  virtual ~Carrier() = default;
  virtual void send(const Path& path, std::span<const std::uint8_t> datagram) = 0;
  // False while a TCP connection does not take more.
  virtual bool ready(const Path& path) const = 0;
};

// Called with each datagram; the bytes may be changed in place.
using OnDatagram = std::function<void(const Path& path, std::span<std::uint8_t> datagram)>;

}  // namespace vigil::live::webrtc
