#include "ingest/native/wire.h"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <sys/epoll.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>

namespace vigil::ingest::native {
namespace {

using model::FailureReason;

constexpr int kUdpBuffer = 2 << 20;  // a key frame comes as one burst of datagrams
constexpr int kPortTries = 64;
constexpr std::size_t kMostUnsent = 64 << 10;

sockaddr_storage with_port(sockaddr_storage address, std::uint16_t port) {
  if (address.ss_family == AF_INET6) {
    reinterpret_cast<sockaddr_in6&>(address).sin6_port = htons(port);
  } else {
    reinterpret_cast<sockaddr_in&>(address).sin_port = htons(port);
  }
  return address;
}

struct FreeX509 {
  void operator()(X509* certificate) const { X509_free(certificate); }
};

using Context = std::unique_ptr<SSL_CTX, decltype(&SSL_CTX_free)>;

std::string fingerprint_of(X509* certificate) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned int size = 0;
  if (certificate == nullptr || X509_digest(certificate, EVP_sha256(), digest.data(), &size) != 1) return {};
  std::string out;
  for (unsigned int i = 0; i < size; ++i) out += fmt::format("{:02x}", digest[i]);
  return out;
}

// Notes what certificate was shown, so that whoever is not trusted can be named; the judgement stays as it is.
int note_certificate(int judgement, X509_STORE_CTX* store) {
  auto* ssl = static_cast<SSL*>(X509_STORE_CTX_get_ex_data(store, SSL_get_ex_data_X509_STORE_CTX_idx()));
  auto* shown = static_cast<std::string*>(SSL_get_app_data(ssl));
  if (shown != nullptr && shown->empty()) *shown = fingerprint_of(X509_STORE_CTX_get0_cert(store));
  return judgement;
}

// Made once each: reading the authorities of the system takes milliseconds.
SSL_CTX* context(bool verify) {
  auto make = [](bool checked) {
    Context made(SSL_CTX_new(TLS_client_method()), &SSL_CTX_free);
    if (!made) return made;
    SSL_CTX_set_min_proto_version(made.get(), TLS1_VERSION);
    SSL_CTX_set_mode(made.get(),
                     SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER | SSL_MODE_RELEASE_BUFFERS);
    // In DHE the other side chooses the group, and a large one would hold up everybody on this thread.
    if (checked) {
      SSL_CTX_set_cipher_list(made.get(), "DEFAULT:!kDHE");
      SSL_CTX_set_default_verify_paths(made.get());
      SSL_CTX_set_verify(made.get(), SSL_VERIFY_PEER, &note_certificate);
    } else {
      SSL_CTX_set_cipher_list(made.get(), "DEFAULT:!kDHE:@SECLEVEL=0");  // old cameras: short keys, SHA-1
    }
    return made;
  };
  static const Context verifying = make(true), lenient = make(false);
  return verify ? verifying.get() : lenient.get();
}

}  // namespace

struct Wire::Tls {
  std::string shown;  // fingerprint of a certificate that was judged
  std::unique_ptr<SSL, decltype(&SSL_free)> ssl{nullptr, &SSL_free};
};

Wire::Wire() = default;
Wire::~Wire() = default;

std::optional<Failure> Wire::begin(const Endpoint& endpoint, std::uint16_t port, const std::string& host,
                                   TlsRules rules) {
  host_ = host;
  where_ = fmt::format("{} port {}", host, port);
  rules_ = std::move(rules);
  socket_ = Descriptor(::socket(endpoint.address.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  if (!socket_) return connect_failure(errno, where_);
  const int on = 1;
  ::setsockopt(socket_.get(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  const auto address = with_port(endpoint.address, port);
  if (::connect(socket_.get(), reinterpret_cast<const sockaddr*>(&address), endpoint.length) != 0 &&
      errno != EINPROGRESS)
    return connect_failure(errno, where_);
  return std::nullopt;
}

Outcome<bool> Wire::advance() {
  if (state_ == State::Open) return true;
  if (state_ == State::Connecting) {
    int error = 0;
    socklen_t length = sizeof error;
    ::getsockopt(socket_.get(), SOL_SOCKET, SO_ERROR, &error, &length);
    if (error != 0) return connect_failure(error, where_);
    sockaddr_storage peer{};
    length = sizeof peer;
    if (::getpeername(socket_.get(), reinterpret_cast<sockaddr*>(&peer), &length) != 0) return false;  // not yet
    wants_write_ = false;
    if (!rules_.use) {
      state_ = State::Open;
      return true;
    }
    state_ = State::Handshaking;
  }
  return handshake();
}

Failure Wire::handshake_failed(int error) const {
  ERR_clear_error();
  if (!tls_ || !tls_->ssl) return {FailureReason::Tls, host_ + ": TLS is not to be had here"};
  if (error == 0 || SSL_get_verify_result(tls_->ssl.get()) == X509_V_OK)
    return {FailureReason::Tls, host_ + ": the TLS handshake failed: is TLS meant here?"};
  return {FailureReason::Tls,
          fmt::format("{}: its certificate cannot be trusted, nobody that this machine knows vouches for it. If it is "
                      "the camera's own one, enter its SHA-256 fingerprint as tls_fingerprint: {}",
                      host_, tls_->shown)};
}

Outcome<bool> Wire::handshake() {
  if (!tls_) {
    const bool verify = rules_.verify && rules_.fingerprint.empty();
    tls_ = std::make_unique<Tls>();
    if (auto* shared = context(verify)) tls_->ssl.reset(SSL_new(shared));
    auto* ssl = tls_->ssl.get();
    if (ssl == nullptr) return handshake_failed(0);
    SSL_set_app_data(ssl, &tls_->shown);
    std::array<unsigned char, 16> literal{};
    const bool is_name = ::inet_pton(AF_INET, host_.c_str(), literal.data()) != 1 &&
                         ::inet_pton(AF_INET6, host_.c_str(), literal.data()) != 1;
    if (is_name) SSL_set_tlsext_host_name(ssl, host_.c_str());
    if (verify && is_name) SSL_set1_host(ssl, host_.c_str());
    if (verify && !is_name) X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(ssl), host_.c_str());
    SSL_set_fd(ssl, socket_.get());
  }
  ERR_clear_error();
  const int result = SSL_connect(tls_->ssl.get());
  if (result != 1) {
    const int error = SSL_get_error(tls_->ssl.get(), result);
    if (error != SSL_ERROR_WANT_READ && error != SSL_ERROR_WANT_WRITE) return handshake_failed(error);
    wants_write_ = error == SSL_ERROR_WANT_WRITE;
    return false;
  }
  if (!rules_.fingerprint.empty()) {
    const std::unique_ptr<X509, FreeX509> certificate(SSL_get1_peer_certificate(tls_->ssl.get()));
    if (auto found = fingerprint_of(certificate.get()); found != rules_.fingerprint) {
      return Failure{FailureReason::Tls,
                     fmt::format("{} shows another certificate than the one it is known by: its SHA-256 fingerprint is "
                                 "{}. Enter that one if the camera has got a new certificate",
                                 host_, found)};
    }
  }
  state_ = State::Open;
  wants_write_ = false;
  return true;
}

std::uint32_t Wire::events() const {
  if (state_ == State::Connecting) return EPOLLOUT;
  if (state_ == State::Handshaking) return wants_write_ ? EPOLLOUT : EPOLLIN;
  return unsent_.empty() ? EPOLLIN : EPOLLIN | EPOLLOUT;
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

Io Wire::write(std::string_view text, std::size_t& count) {
  count = 0;
  if (tls_) {
    ERR_clear_error();
    const int sent =
        SSL_write(tls_->ssl.get(), text.data(), static_cast<int>(std::min<std::size_t>(text.size(), 1 << 16)));
    if (sent > 0) {
      count = static_cast<std::size_t>(sent);
      return Io::Done;
    }
    const int error = SSL_get_error(tls_->ssl.get(), sent);
    return error == SSL_ERROR_WANT_READ || error == SSL_ERROR_WANT_WRITE ? Io::WouldBlock : Io::Failed;
  }
  const auto sent = ::send(socket_.get(), text.data(), text.size(), MSG_NOSIGNAL);
  if (sent > 0) {
    count = static_cast<std::size_t>(sent);
    return Io::Done;
  }
  return errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR ? Io::WouldBlock : Io::Failed;
}

Io Wire::send(std::string_view text) {
  if (unsent_.size() + text.size() > kMostUnsent) return Io::Failed;
  unsent_ += text;
  return flush();
}

Io Wire::flush() {
  while (!unsent_.empty()) {
    std::size_t count = 0;
    if (auto result = write(unsent_, count); result != Io::Done) return result;
    unsent_.erase(0, count);
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
