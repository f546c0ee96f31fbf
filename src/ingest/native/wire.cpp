#include "ingest/native/wire.h"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>

namespace vigil::ingest::native {
namespace {

using model::FailureReason;

constexpr int kUdpBuffer = 2 << 20;  // a key frame comes as one burst of datagrams
constexpr int kPortTries = 64;

SteadyTime now() {
  return system_clock().steady();
}

sockaddr_storage with_port(sockaddr_storage address, std::uint16_t port) {
  if (address.ss_family == AF_INET6) {
    reinterpret_cast<sockaddr_in6&>(address).sin6_port = htons(port);
  } else {
    reinterpret_cast<sockaddr_in&>(address).sin_port = htons(port);
  }
  return address;
}

bool wait_one(int fd, short events, SteadyTime deadline, const Alarm& alarm) {
  std::vector<pollfd> fds = {{fd, events, 0}};
  return wait_for(fds, deadline, alarm) && fds[0].revents != 0;
}

Failure stopped() {
  return {FailureReason::Stopped, "stopped"};
}

}  // namespace

Descriptor::~Descriptor() {
  if (fd_ >= 0) ::close(fd_);
}

Alarm::Alarm() : fd_(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {}

void Alarm::raise() {
  raised_ = true;
  const std::uint64_t one = 1;
  [[maybe_unused]] auto written = ::write(fd_.get(), &one, sizeof one);
}

bool wait_for(std::vector<pollfd>& fds, SteadyTime deadline, const Alarm& alarm) {
  fds.push_back({alarm.fd(), POLLIN, 0});
  const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - now()).count();
  const int ready = ::poll(fds.data(), fds.size(), static_cast<int>(std::clamp<std::int64_t>(left, 0, 60000)));
  const bool rang = ready > 0 && fds.back().revents != 0;
  fds.pop_back();
  if (ready < 0) {
    for (auto& fd : fds) fd.revents = 0;
  }
  return !rang;
}

struct Wire::Tls {
  std::unique_ptr<SSL_CTX, decltype(&SSL_CTX_free)> context{SSL_CTX_new(TLS_client_method()), &SSL_CTX_free};
  std::unique_ptr<SSL, decltype(&SSL_free)> ssl{nullptr, &SSL_free};
};

Wire::Wire() = default;
Wire::~Wire() = default;

Outcome<bool> Wire::connect(const Endpoint& endpoint, std::uint16_t port, const std::string& host, bool tls,
                            SteadyTime deadline, const Alarm& alarm) {
  const auto where = fmt::format("{} port {}", host, port);
  socket_ = Descriptor(::socket(endpoint.address.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  if (!socket_) return connect_failure(errno, where);
  const int on = 1;
  ::setsockopt(socket_.get(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  const auto address = with_port(endpoint.address, port);
  if (::connect(socket_.get(), reinterpret_cast<const sockaddr*>(&address), endpoint.length) != 0) {
    if (errno != EINPROGRESS) return connect_failure(errno, where);
    if (!wait_one(socket_.get(), POLLOUT, deadline, alarm)) {
      if (alarm.raised()) return stopped();
      return connect_failure(ETIMEDOUT, where);
    }
    int error = 0;
    socklen_t length = sizeof error;
    ::getsockopt(socket_.get(), SOL_SOCKET, SO_ERROR, &error, &length);
    if (error != 0) return connect_failure(error, where);
  }
  if (!tls) return true;
  return handshake(host, !is_private_network(endpoint.address), deadline, alarm);
}

Outcome<bool> Wire::handshake(const std::string& host, bool verify, SteadyTime deadline, const Alarm& alarm) {
  auto failed = [&](const char* why) {
    ERR_clear_error();
    return Failure{FailureReason::Tls, fmt::format("{}: {}", host, why)};
  };
  tls_ = std::make_unique<Tls>();
  if (!tls_->context) return failed("TLS is not to be had here");
  SSL_CTX_set_min_proto_version(tls_->context.get(), TLS1_VERSION);
  if (verify) {
    SSL_CTX_set_default_verify_paths(tls_->context.get());
    SSL_CTX_set_verify(tls_->context.get(), SSL_VERIFY_PEER, nullptr);
  } else {
    SSL_CTX_set_security_level(tls_->context.get(), 0);  // old cameras: short keys, SHA-1
  }
  tls_->ssl.reset(SSL_new(tls_->context.get()));
  if (!tls_->ssl) return failed("TLS is not to be had here");
  std::array<unsigned char, 16> literal{};
  const bool is_name = ::inet_pton(AF_INET, host.c_str(), literal.data()) != 1 &&
                       ::inet_pton(AF_INET6, host.c_str(), literal.data()) != 1;
  if (is_name) SSL_set_tlsext_host_name(tls_->ssl.get(), host.c_str());
  if (verify && is_name) SSL_set1_host(tls_->ssl.get(), host.c_str());
  if (verify && !is_name) X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(tls_->ssl.get()), host.c_str());
  SSL_set_fd(tls_->ssl.get(), socket_.get());
  for (;;) {
    ERR_clear_error();
    const int result = SSL_connect(tls_->ssl.get());
    if (result == 1) return true;
    const int error = SSL_get_error(tls_->ssl.get(), result);
    if (error != SSL_ERROR_WANT_READ && error != SSL_ERROR_WANT_WRITE) {
      const bool untrusted = SSL_get_verify_result(tls_->ssl.get()) != X509_V_OK;
      return failed(untrusted ? "its certificate cannot be trusted" : "the TLS handshake failed: is TLS meant here?");
    }
    const short events = error == SSL_ERROR_WANT_READ ? POLLIN : POLLOUT;
    if (!wait_one(socket_.get(), events, deadline, alarm)) {
      if (alarm.raised()) return stopped();
      return Failure{FailureReason::Timeout, host + " takes the connection, but does not finish the TLS handshake"};
    }
  }
}

Io Wire::read(std::span<std::uint8_t> into, std::size_t& count) {
  count = 0;
  if (tls_) {
    ERR_clear_error();
    const int got =
        SSL_read(tls_->ssl.get(), into.data(), static_cast<int>(std::min<std::size_t>(into.size(), 1 << 20)));
    if (got > 0) {
      count = static_cast<std::size_t>(got);
      return Io::Done;
    }
    const int error = SSL_get_error(tls_->ssl.get(), got);
    if (error == SSL_ERROR_WANT_READ || error == SSL_ERROR_WANT_WRITE) return Io::WouldBlock;
    return error == SSL_ERROR_ZERO_RETURN ? Io::Closed : Io::Failed;
  }
  const auto got = ::recv(socket_.get(), into.data(), into.size(), 0);
  if (got > 0) {
    count = static_cast<std::size_t>(got);
    return Io::Done;
  }
  if (got == 0) return Io::Closed;
  return errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR ? Io::WouldBlock : Io::Failed;
}

Io Wire::write(std::string_view text, SteadyTime deadline, const Alarm& alarm) {
  while (!text.empty()) {
    short events = POLLOUT;
    if (tls_) {
      ERR_clear_error();
      const int sent =
          SSL_write(tls_->ssl.get(), text.data(), static_cast<int>(std::min<std::size_t>(text.size(), 1 << 16)));
      if (sent > 0) {
        text.remove_prefix(static_cast<std::size_t>(sent));
        continue;
      }
      const int error = SSL_get_error(tls_->ssl.get(), sent);
      if (error != SSL_ERROR_WANT_READ && error != SSL_ERROR_WANT_WRITE) return Io::Failed;
      if (error == SSL_ERROR_WANT_READ) events = POLLIN;
    } else {
      const auto sent = ::send(socket_.get(), text.data(), text.size(), MSG_NOSIGNAL);
      if (sent > 0) {
        text.remove_prefix(static_cast<std::size_t>(sent));
        continue;
      }
      if (errno != EAGAIN && errno != EWOULDBLOCK && errno != EINTR) return Io::Failed;
    }
    if (!wait_one(socket_.get(), events, deadline, alarm)) return Io::WouldBlock;
  }
  return Io::Done;
}

namespace {

// Bound to `port` of every address; 0: the system chooses.
Descriptor bound(int family, std::uint16_t port, std::uint16_t& got) {
  Descriptor fd(::socket(family, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  if (!fd) return Descriptor();
  sockaddr_storage any{};
  any.ss_family = static_cast<sa_family_t>(family);
  any = with_port(any, port);
  socklen_t length = family == AF_INET6 ? sizeof(sockaddr_in6) : sizeof(sockaddr_in);
  if (::bind(fd.get(), reinterpret_cast<const sockaddr*>(&any), length) != 0) return Descriptor();
  length = sizeof any;
  ::getsockname(fd.get(), reinterpret_cast<sockaddr*>(&any), &length);
  got = ntohs(family == AF_INET6 ? reinterpret_cast<sockaddr_in6&>(any).sin6_port
                                 : reinterpret_cast<sockaddr_in&>(any).sin_port);
  ::setsockopt(fd.get(), SOL_SOCKET, SO_RCVBUF, &kUdpBuffer, sizeof kUdpBuffer);
  return fd;
}

}  // namespace

std::optional<UdpPair> open_udp_pair(int family) {
  for (int i = 0; i < kPortTries; ++i) {
    UdpPair pair;
    pair.rtp = bound(family, 0, pair.port);
    if (!pair.rtp) return std::nullopt;
    if (pair.port % 2 != 0 || pair.port == 65535) continue;
    std::uint16_t second = 0;
    pair.rtcp = bound(family, static_cast<std::uint16_t>(pair.port + 1), second);
    if (pair.rtcp) return pair;
  }
  return std::nullopt;
}

}  // namespace vigil::ingest::native
