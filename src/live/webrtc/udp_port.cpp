#include "live/webrtc/udp_port.h"

#include <netinet/udp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>

#ifndef UDP_SEGMENT
#define UDP_SEGMENT 103
#endif

namespace vigil::live::webrtc {
namespace {

constexpr int kSocketBuffer = 4 << 20;
constexpr std::size_t kArena = 512u << 10;
constexpr std::size_t kMaxDatagram = 2048;
constexpr std::size_t kAtOnce = 32;  // datagrams of one system call
constexpr std::size_t kMaxSegments = 60, kMaxSegmented = 60000;
constexpr int kRounds = 8;  // of receiving, so that nobody else starves

union Control {
  char bytes[CMSG_SPACE(sizeof(in6_pktinfo)) + CMSG_SPACE(sizeof(std::uint16_t))];
  cmsghdr align;
};

Error system_error(const char* what, const Endpoint& address) {
  const int why = errno;
  return make_error(ErrorKind::Unavailable, std::string(what) + " UDP " + ip_text(address) + " port " +
                                                std::to_string(address.port) + ": " + std::strerror(why));
}

Endpoint destination_of(msghdr& message) {
  Endpoint out;
  for (auto* head = CMSG_FIRSTHDR(&message); head != nullptr; head = CMSG_NXTHDR(&message, head)) {
    if (head->cmsg_level == IPPROTO_IP && head->cmsg_type == IP_PKTINFO) {
      in_pktinfo info{};
      std::memcpy(&info, CMSG_DATA(head), sizeof(info));
      out.ip[10] = out.ip[11] = 0xff;
      std::memcpy(out.ip.data() + 12, &info.ipi_addr, 4);
    } else if (head->cmsg_level == IPPROTO_IPV6 && head->cmsg_type == IPV6_PKTINFO) {
      in6_pktinfo info{};
      std::memcpy(&info, CMSG_DATA(head), sizeof(info));
      std::memcpy(out.ip.data(), &info.ipi6_addr, 16);
    }
  }
  return out;
}

}  // namespace

Result<std::unique_ptr<UdpPort>> UdpPort::open(const Endpoint& address, std::uint32_t index) {
  const int family = address.is_v4() ? AF_INET : AF_INET6;
  const int fd = socket(family, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (fd < 0) return system_error("open", address);
  const int on = 1, off = 0;
  if (family == AF_INET6) setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &off, sizeof(off));
  if (address.is_any()) {
    if (family == AF_INET) setsockopt(fd, IPPROTO_IP, IP_PKTINFO, &on, sizeof(on));
    if (family == AF_INET6) setsockopt(fd, IPPROTO_IPV6, IPV6_RECVPKTINFO, &on, sizeof(on));
  }
  setsockopt(fd, SOL_SOCKET, SO_SNDBUF, &kSocketBuffer, sizeof(kSocketBuffer));
  setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &kSocketBuffer, sizeof(kSocketBuffer));
  sockaddr_storage name{};
  auto size = to_sockaddr(address, family, name);
  if (bind(fd, reinterpret_cast<sockaddr*>(&name), size) != 0) {
    auto fault = system_error("listen on", address);
    ::close(fd);
    return fault;
  }
  size = sizeof(name);
  getsockname(fd, reinterpret_cast<sockaddr*>(&name), &size);
  auto bound = address;
  bound.port = from_sockaddr(name).port;
  return std::unique_ptr<UdpPort>(new UdpPort(fd, bound, index, family));
}

UdpPort::UdpPort(int fd, Endpoint address, std::uint32_t index, int family)
    : fd_(fd),
      address_(address),
      index_(index),
      family_(family),
      wildcard_(address.is_any()),
      incoming_(kAtOnce * kMaxDatagram) {}

UdpPort::~UdpPort() {
  ::close(fd_);
}

void UdpPort::receive(const OnDatagram& on_datagram) {
  std::array<mmsghdr, kAtOnce> messages{};
  std::array<iovec, kAtOnce> parts{};
  std::array<sockaddr_storage, kAtOnce> names{};
  std::array<Control, kAtOnce> controls{};
  for (int round = 0; round < kRounds; ++round) {
    for (std::size_t i = 0; i < kAtOnce; ++i) {
      parts[i] = {incoming_.data() + i * kMaxDatagram, kMaxDatagram};
      auto& head = messages[i].msg_hdr;
      head = {};
      head.msg_name = &names[i];
      head.msg_namelen = sizeof(names[i]);
      head.msg_iov = &parts[i];
      head.msg_iovlen = 1;
      head.msg_control = wildcard_ ? &controls[i] : nullptr;
      head.msg_controllen = wildcard_ ? sizeof(Control) : 0;
    }
    const int count = recvmmsg(fd_, messages.data(), kAtOnce, 0, nullptr);
    if (count <= 0) return;
    for (std::size_t i = 0; i < static_cast<std::size_t>(count); ++i) {
      if ((messages[i].msg_hdr.msg_flags & MSG_TRUNC) != 0) continue;
      ++figures_.received;
      Path path;
      path.port = index_;
      path.remote = from_sockaddr(names[i]);
      if (wildcard_) path.local = destination_of(messages[i].msg_hdr);
      on_datagram(path, {incoming_.data() + i * kMaxDatagram, messages[i].msg_len});
    }
    if (static_cast<std::size_t>(count) < kAtOnce) return;
  }
}

void UdpPort::queue(const Path& path, std::span<const std::uint8_t> datagram) {
  if (datagram.empty() || datagram.size() > 1500) return;
  if (bytes_.size() + datagram.size() > kArena) flush();
  queued_.push_back({bytes_.size(), datagram.size(), path.remote, path.local});
  bytes_.insert(bytes_.end(), datagram.begin(), datagram.end());
}

struct UdpPort::Batch {
  struct Entry {
    std::size_t first = 0, count = 0, bytes = 0;  // of queued_
  };
  std::array<mmsghdr, kAtOnce> messages{};
  std::array<iovec, kAtOnce> parts{};
  std::array<sockaddr_storage, kAtOnce> names{};
  std::array<Control, kAtOnce> controls{};
  std::array<Entry, kAtOnce> entries{};
  std::size_t size = 0;

  void add_control(std::size_t at, int level, int type, const void* data, std::size_t bytes) {
    auto& head = messages[at].msg_hdr;
    head.msg_control = &controls[at];
    auto* control = reinterpret_cast<cmsghdr*>(controls[at].bytes + head.msg_controllen);
    control->cmsg_level = level;
    control->cmsg_type = type;
    control->cmsg_len = CMSG_LEN(bytes);
    std::memcpy(CMSG_DATA(control), data, bytes);
    head.msg_controllen += CMSG_SPACE(bytes);
  }
};

// How many datagrams from `first` on go to the same place and have one size; the last may be shorter.
std::size_t UdpPort::run_of(std::size_t first) const {
  if (!segments_) return 1;
  const auto& head = queued_[first];
  std::size_t count = 1, total = head.size;
  while (first + count < queued_.size() && count < kMaxSegments) {
    const auto& next = queued_[first + count];
    if (next.remote != head.remote || next.local != head.local || next.size > head.size) break;
    if (total + next.size > kMaxSegmented) break;
    total += next.size;
    ++count;
    if (next.size < head.size) break;
  }
  return count;
}

void UdpPort::flush() {
  Batch batch;
  for (std::size_t next = 0; next < queued_.size();) {
    batch.size = 0;
    while (next < queued_.size() && batch.size < kAtOnce) {
      const auto at = batch.size++;
      const auto count = run_of(next);
      const auto& first = queued_[next];
      const auto& last = queued_[next + count - 1];
      batch.entries[at] = {next, count, last.from + last.size - first.from};
      batch.parts[at] = {bytes_.data() + first.from, batch.entries[at].bytes};
      auto& head = batch.messages[at].msg_hdr;
      head = {};
      head.msg_namelen = to_sockaddr(first.remote, family_, batch.names[at]);
      head.msg_name = &batch.names[at];
      head.msg_iov = &batch.parts[at];
      head.msg_iovlen = 1;
      std::memset(&batch.controls[at], 0, sizeof(Control));
      if (wildcard_ && !first.local.is_any() && family_ == AF_INET) {
        in_pktinfo info{};
        std::memcpy(&info.ipi_spec_dst, first.local.ip.data() + 12, 4);
        batch.add_control(at, IPPROTO_IP, IP_PKTINFO, &info, sizeof(info));
      } else if (wildcard_ && !first.local.is_any()) {
        in6_pktinfo info{};
        std::memcpy(&info.ipi6_addr, first.local.ip.data(), 16);
        batch.add_control(at, IPPROTO_IPV6, IPV6_PKTINFO, &info, sizeof(info));
      }
      if (count > 1) {
        const auto segment = static_cast<std::uint16_t>(first.size);
        batch.add_control(at, SOL_UDP, UDP_SEGMENT, &segment, sizeof(segment));
      }
      next += count;
    }
    send_batch(batch);
    if (!segments_ && batch.size > 0 && batch.entries[batch.size - 1].count > 1) {
      // The kernel refused to cut: what was not sent goes out one by one.
      next = batch.entries[batch.size - 1].first;
    }
  }
  queued_.clear();
  bytes_.clear();
}

void UdpPort::send_batch(Batch& batch) {
  std::size_t done = 0;
  while (done < batch.size) {
    const int count = sendmmsg(fd_, batch.messages.data() + done, static_cast<unsigned>(batch.size - done), 0);
    for (int i = 0; i < count; ++i) {
      figures_.sent += batch.entries[done + static_cast<std::size_t>(i)].count;
      figures_.sent_bytes += batch.entries[done + static_cast<std::size_t>(i)].bytes;
    }
    if (count > 0) {
      done += static_cast<std::size_t>(count);
      continue;
    }
    if (errno == EINTR) continue;
    if (batch.entries[done].count > 1 && (errno == EINVAL || errno == EIO || errno == EOPNOTSUPP)) {
      segments_ = false;
      batch.entries[batch.size - 1] = {batch.entries[done].first, 2, 0};
      return;
    }
    // The buffer is full, or this one cannot be reached: lost, as datagrams may be.
    figures_.lost += batch.entries[done].count;
    ++done;
  }
}

}  // namespace vigil::live::webrtc
