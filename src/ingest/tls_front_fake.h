#pragma once

#include <arpa/inet.h>
#include <netinet/in.h>
#include <openssl/evp.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <cstdint>
#include <cstdio>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "base/assert.h"

namespace vigil::ingest {

// TLS in front of a server of the tests, with a certificate that it has signed itself, as cameras do.
class TlsFront {
 public:
  explicit TlsFront(std::uint16_t behind) : behind_(behind) {
    make_certificate();
    listener_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    auto address = loopback(0);
    VIGIL_ASSERT(::bind(listener_, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0);
    VIGIL_ASSERT(::listen(listener_, 16) == 0);
    socklen_t length = sizeof address;
    ::getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &length);
    port_ = ntohs(address.sin_port);
    thread_ = std::thread([this] { accept_all(); });
  }
  ~TlsFront() {
    stopped_ = true;
    ::shutdown(listener_, SHUT_RDWR);
    thread_.join();
    ::close(listener_);
  }
  TlsFront(const TlsFront&) = delete;
  TlsFront& operator=(const TlsFront&) = delete;

  std::uint16_t port() const { return port_; }
  std::string fingerprint() const {
    std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
    unsigned int size = 0;
    X509_digest(certificate_.get(), EVP_sha256(), digest.data(), &size);
    std::string out;
    for (unsigned int i = 0; i < size; ++i) {
      char text[3];
      std::snprintf(text, sizeof text, "%02x", digest[i]);
      out += text;
    }
    return out;
  }

 private:
  static sockaddr_in loopback(std::uint16_t port) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    address.sin_port = htons(port);
    return address;
  }

  void make_certificate() {
    key_.reset(EVP_EC_gen("P-256"));
    certificate_.reset(X509_new());
    auto* made = certificate_.get();
    X509_set_version(made, 2);
    ASN1_INTEGER_set(X509_get_serialNumber(made), 1);
    X509_gmtime_adj(X509_getm_notBefore(made), -3600);
    X509_gmtime_adj(X509_getm_notAfter(made), 3600);
    auto* name = X509_get_subject_name(made);
    X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC, reinterpret_cast<const unsigned char*>("camera"), -1, -1, 0);
    X509_set_issuer_name(made, name);
    X509_set_pubkey(made, key_.get());
    VIGIL_ASSERT(X509_sign(made, key_.get(), EVP_sha256()) != 0);
    context_.reset(SSL_CTX_new(TLS_server_method()));
    VIGIL_ASSERT(SSL_CTX_use_certificate(context_.get(), made) == 1);
    VIGIL_ASSERT(SSL_CTX_use_PrivateKey(context_.get(), key_.get()) == 1);
  }

  void accept_all() {
    std::vector<std::thread> threads;
    for (;;) {
      const int fd = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
      if (fd < 0) break;
      threads.emplace_back([this, fd] { serve(fd); });
    }
    for (auto& thread : threads) thread.join();
  }

  void serve(int fd) const {
    std::unique_ptr<SSL, decltype(&SSL_free)> ssl(SSL_new(context_.get()), &SSL_free);
    SSL_set_fd(ssl.get(), fd);
    if (SSL_accept(ssl.get()) == 1) pump(ssl.get(), fd);
    ssl.reset();
    ::close(fd);
  }

  void pump(SSL* ssl, int fd) const {
    const int to = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    auto address = loopback(behind_);
    std::array<char, 4096> buffer{};
    bool open = ::connect(to, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0;
    while (open && !stopped_) {
      std::array<pollfd, 2> fds = {pollfd{fd, POLLIN, 0}, pollfd{to, POLLIN, 0}};
      if (SSL_pending(ssl) == 0 && ::poll(fds.data(), fds.size(), 50) <= 0) continue;
      if (SSL_pending(ssl) > 0 || fds[0].revents != 0) {
        const int got = SSL_read(ssl, buffer.data(), static_cast<int>(buffer.size()));
        open = got > 0 && ::send(to, buffer.data(), static_cast<std::size_t>(got), MSG_NOSIGNAL) == got;
      }
      if (open && fds[1].revents != 0) {
        const auto got = ::recv(to, buffer.data(), buffer.size(), 0);
        open = got > 0 && SSL_write(ssl, buffer.data(), static_cast<int>(got)) > 0;
      }
    }
    ::close(to);
  }

  const std::uint16_t behind_;
  std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)> key_{nullptr, &EVP_PKEY_free};
  std::unique_ptr<X509, decltype(&X509_free)> certificate_{nullptr, &X509_free};
  std::unique_ptr<SSL_CTX, decltype(&SSL_CTX_free)> context_{nullptr, &SSL_CTX_free};
  int listener_ = -1;
  std::uint16_t port_ = 0;
  std::atomic<bool> stopped_{false};
  std::thread thread_;
};

}  // namespace vigil::ingest
