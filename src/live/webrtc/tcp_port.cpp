#include "live/webrtc/tcp_port.h"

#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>

namespace vigil::live::webrtc {
namespace {

constexpr std::size_t kMaxFrame = 2048;
constexpr std::size_t kReadyBelow = 32u << 10;
constexpr std::chrono::seconds kPatience{10};

}  // namespace

bool Deframer::push(std::span<const std::uint8_t> bytes, const std::function<void(std::span<std::uint8_t>)>& on_frame) {
  held_.insert(held_.end(), bytes.begin(), bytes.end());
  std::size_t at = 0;
  while (held_.size() - at >= 2) {
    const auto size = static_cast<std::size_t>(held_[at]) << 8 | held_[at + 1];
    if (size > max_) return false;
    if (held_.size() - at < 2 + size) break;
    if (size > 0) on_frame(std::span(held_).subspan(at + 2, size));
    at += 2 + size;
  }
  held_.erase(held_.begin(), held_.begin() + static_cast<std::ptrdiff_t>(at));
  return true;
}

struct TcpPort::Connection {
  std::uint64_t id = 0;
  int fd = -1;
  Endpoint remote;
  SteadyTime since;
  bool known = false, dead = false, watching_write = false;
  Deframer in{kMaxFrame};
  std::vector<std::uint8_t> out;
};

Result<std::unique_ptr<TcpPort>> TcpPort::open(const Endpoint& address, Loop loop) {
  const int family = address.is_v4() ? AF_INET : AF_INET6;
  const int fd = socket(family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  const int on = 1, off = 0;
  sockaddr_storage name{};
  const auto size = to_sockaddr(address, family, name);
  if (fd >= 0) {
    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
    if (family == AF_INET6) setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &off, sizeof(off));
  }
  if (fd < 0 || bind(fd, reinterpret_cast<sockaddr*>(&name), size) != 0 || listen(fd, 64) != 0) {
    auto fault = make_error(ErrorKind::Unavailable, "listen on TCP " + ip_text(address) + " port " +
                                                        std::to_string(address.port) + ": " + std::strerror(errno));
    if (fd >= 0) ::close(fd);
    return fault;
  }
  std::unique_ptr<TcpPort> out(new TcpPort(fd, address, std::move(loop)));
  out->loop_.watch(fd, false);
  return out;
}

TcpPort::TcpPort(int listener, Endpoint address, Loop loop)
    : listener_(listener), address_(address), loop_(std::move(loop)) {}

TcpPort::~TcpPort() {
  while (!by_id_.empty()) close(by_id_.begin()->first);
  loop_.unwatch(listener_);
  ::close(listener_);
}

void TcpPort::happened(int fd, SteadyTime now, const OnDatagram& on_datagram,
                       const std::function<void(std::uint64_t)>& on_closed) {
  if (fd == listener_) return accept(now);
  const auto found = by_fd_.find(fd);
  if (found == by_fd_.end()) return;
  auto& connection = *found->second;
  const auto id = connection.id;
  if (write(connection) && read(connection, on_datagram)) return;
  on_closed(id);
  close(id);
}

void TcpPort::accept(SteadyTime now) {
  for (;;) {
    sockaddr_storage name{};
    socklen_t size = sizeof(name);
    const int fd = accept4(listener_, reinterpret_cast<sockaddr*>(&name), &size, SOCK_NONBLOCK | SOCK_CLOEXEC);
    if (fd < 0) return;
    std::uint64_t oldest = 0;
    std::size_t unknown = 0;
    for (const auto& [id, one] : by_id_) {
      if (one->known) continue;
      if (unknown++ == 0) oldest = id;
    }
    if (unknown >= kMaxUnknown) close(oldest);
    const int on = 1;
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
    auto connection = std::make_unique<Connection>();
    connection->id = next_id_++;
    connection->fd = fd;
    connection->remote = from_sockaddr(name);
    connection->since = now;
    by_fd_[fd] = connection.get();
    loop_.watch(fd, false);
    by_id_.emplace(connection->id, std::move(connection));
  }
}

bool TcpPort::read(Connection& connection, const OnDatagram& on_datagram) {
  std::array<std::uint8_t, 16384> bytes{};
  const auto count = recv(connection.fd, bytes.data(), bytes.size(), 0);
  if (count < 0) return errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR;
  if (count == 0) return false;
  Path path;
  path.connection = connection.id;
  path.remote = connection.remote;
  const bool whole = connection.in.push(std::span(bytes).first(static_cast<std::size_t>(count)),
                                        [&](std::span<std::uint8_t> frame) { on_datagram(path, frame); });
  return whole && !connection.dead;
}

bool TcpPort::write(Connection& connection) {
  while (!connection.out.empty()) {
    const auto count = ::send(connection.fd, connection.out.data(), connection.out.size(), MSG_NOSIGNAL);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0 && errno != EAGAIN && errno != EWOULDBLOCK) return false;
    if (count <= 0) break;
    connection.out.erase(connection.out.begin(), connection.out.begin() + count);
  }
  if (connection.watching_write != !connection.out.empty()) {
    connection.watching_write = !connection.out.empty();
    loop_.watch(connection.fd, connection.watching_write);
  }
  return true;
}

void TcpPort::send(std::uint64_t connection, std::span<const std::uint8_t> datagram) {
  const auto found = by_id_.find(connection);
  if (found == by_id_.end() || datagram.size() > 0xffff) return;
  auto& one = *found->second;
  if (one.out.size() + datagram.size() + 2 > kMaxWaiting) return;
  one.out.push_back(static_cast<std::uint8_t>(datagram.size() >> 8));
  one.out.push_back(static_cast<std::uint8_t>(datagram.size()));
  one.out.insert(one.out.end(), datagram.begin(), datagram.end());
  // A broken connection is noticed when it is read.
  if (!write(one)) one.dead = true;
}

bool TcpPort::ready(std::uint64_t connection) const {
  const auto found = by_id_.find(connection);
  return found != by_id_.end() && found->second->out.size() < kReadyBelow;
}

void TcpPort::vouch(std::uint64_t connection) {
  if (const auto found = by_id_.find(connection); found != by_id_.end()) found->second->known = true;
}

void TcpPort::close(std::uint64_t connection) {
  const auto found = by_id_.find(connection);
  if (found == by_id_.end()) return;
  const int fd = found->second->fd;
  loop_.unwatch(fd);
  by_fd_.erase(fd);
  by_id_.erase(found);
  ::close(fd);
}

void TcpPort::expire(SteadyTime now) {
  std::vector<std::uint64_t> over;
  for (const auto& [id, one] : by_id_) {
    if (!one->known && now - one->since > kPatience) over.push_back(id);
  }
  for (auto id : over) close(id);
}

}  // namespace vigil::live::webrtc
