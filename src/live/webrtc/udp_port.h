#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "base/result.h"
#include "live/webrtc/carrier.h"

namespace vigil::live::webrtc {

// One UDP socket for all viewers. What is sent is gathered and goes out with few system calls: datagrams of equal size
// to one viewer as one (UDP_SEGMENT), all viewers together (sendmmsg). Never waits: what the kernel does not take is
// lost and counted. Used by one thread.
class UdpPort {
 public:
  struct Figures {
    std::uint64_t sent = 0, sent_bytes = 0, lost = 0, received = 0;
  };

  // `index`: what Path::port says. Port 0: any free one. Unavailable: the address is not ours or taken.
  static Result<std::unique_ptr<UdpPort>> open(const Endpoint& address, std::uint32_t index);
  ~UdpPort();
  UdpPort(const UdpPort&) = delete;
  UdpPort& operator=(const UdpPort&) = delete;

  int fd() const { return fd_; }
  const Endpoint& address() const { return address_; }

  // Reads until nothing is there, at most 256 datagrams.
  void receive(const OnDatagram& on_datagram);
  // At most 1500 bytes.
  void queue(const Path& path, std::span<const std::uint8_t> datagram);
  void flush();

  const Figures& figures() const { return figures_; }

 private:
  struct Queued {
    std::size_t from = 0, size = 0;
    Endpoint remote, local;
  };
  struct Batch;
  UdpPort(int fd, Endpoint address, std::uint32_t index, int family);
  std::size_t run_of(std::size_t first) const;
  void send_batch(Batch& batch);

  const int fd_;
  const Endpoint address_;
  const std::uint32_t index_;
  const int family_;
  const bool wildcard_;
  bool segments_ = true;  // whether the kernel cuts datagrams for us
  std::vector<std::uint8_t> bytes_;
  std::vector<Queued> queued_;
  std::vector<std::uint8_t> incoming_;
  Figures figures_;
};

}  // namespace vigil::live::webrtc
