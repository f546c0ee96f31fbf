#include "live/rtsp/tls.h"

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>
#include <sys/socket.h>
#include <unistd.h>

#include <chrono>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <memory>

#include "base/ids.h"
#include "live/rtsp_server.h"
#include "media/sample.h"

namespace vigil::live {
namespace {

namespace fs = std::filesystem;

template <auto Free>
struct Freed {
  template <typename T>
  void operator()(T* pointer) const {
    Free(pointer);
  }
};
using Key = std::unique_ptr<EVP_PKEY, Freed<EVP_PKEY_free>>;
using File = std::unique_ptr<std::FILE, Freed<std::fclose>>;

// A key and a certificate of its own in `folder`/`name`.key and .crt.
RtspsConfig write_certificate(const fs::path& folder, const std::string& name) {
  RtspsConfig out{"127.0.0.1", 0, (folder / (name + ".crt")).string(), (folder / (name + ".key")).string()};
  const Key key(EVP_EC_gen("P-256"));
  const std::unique_ptr<X509, Freed<X509_free>> cert(X509_new());
  ASN1_INTEGER_set(X509_get_serialNumber(cert.get()), 1);
  X509_gmtime_adj(X509_getm_notBefore(cert.get()), -3600);
  X509_gmtime_adj(X509_getm_notAfter(cert.get()), 3600);
  auto* subject = X509_get_subject_name(cert.get());
  X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_ASC, reinterpret_cast<const unsigned char*>(name.c_str()), -1, -1,
                             0);
  X509_set_issuer_name(cert.get(), subject);
  X509_set_pubkey(cert.get(), key.get());
  EXPECT_NE(X509_sign(cert.get(), key.get(), EVP_sha256()), 0);
  const File certificate_file(std::fopen(out.certificate.c_str(), "w")), key_file(std::fopen(out.key.c_str(), "w"));
  EXPECT_EQ(PEM_write_X509(certificate_file.get(), cert.get()), 1);
  EXPECT_EQ(PEM_write_PrivateKey(key_file.get(), key.get(), nullptr, nullptr, 0, nullptr, nullptr), 1);
  return out;
}

class OpenHouse final : public RtspHouse {
 public:
  std::shared_ptr<stream::Stream> stream = std::make_shared<stream::Stream>();
  bool is_open() const override { return true; }
  Result<std::function<bool()>> admit(const std::string&, const Secret&, const std::string&) override {
    return std::function<bool()>([] { return true; });
  }
  Result<Found> find(const std::string&, const std::string&) override { return Found{stream, nullptr}; }
};

// Speaks RTSP within TLS, one question after the other.
class Client {
 public:
  explicit Client(std::uint16_t port) : fd_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    EXPECT_EQ(::connect(fd_, reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
    ssl_.reset(SSL_new(context_.get()));
    SSL_set_fd(ssl_.get(), fd_);
  }
  ~Client() {
    ssl_.reset();
    ::close(fd_);
  }
  bool shake_hands() { return SSL_connect(ssl_.get()) == 1; }
  std::string name() {
    const std::unique_ptr<X509, Freed<X509_free>> cert(SSL_get1_peer_certificate(ssl_.get()));
    char text[64] = {};
    if (cert) X509_NAME_get_text_by_NID(X509_get_subject_name(cert.get()), NID_commonName, text, sizeof text);
    return text;
  }
  void send(const std::string& text) {
    EXPECT_GT(SSL_write(ssl_.get(), text.data(), static_cast<int>(text.size())), 0);
  }
  // What came until `end` is in it, or the connection's end.
  std::string read_until(const std::string& end) {
    while (held_.find(end) == std::string::npos) {
      char bytes[4096];
      const int count = SSL_read(ssl_.get(), bytes, sizeof bytes);
      if (count <= 0) return held_;
      held_.append(bytes, static_cast<std::size_t>(count));
    }
    return std::exchange(held_, {});
  }
  std::string ask(const std::string& method, const std::string& path, const std::string& fields = "") {
    send(method + " rtsps://127.0.0.1" + path + " RTSP/1.0\r\nCSeq: 1\r\n" + fields + "\r\n");
    return read_until("\r\n\r\n");
  }
  int fd() const { return fd_; }

 private:
  std::unique_ptr<SSL_CTX, Freed<SSL_CTX_free>> context_{SSL_CTX_new(TLS_client_method())};
  int fd_ = -1;
  std::unique_ptr<SSL, Freed<SSL_free>> ssl_;
  std::string held_;
};

class RtspsTest : public testing::Test {
 protected:
  void SetUp() override {
    folder_ = fs::temp_directory_path() / ("vigil-rtsps-" + random_hex(6));
    fs::create_directories(folder_);
    auto packets = media::sample_packets({.frames = 20});
    ASSERT_TRUE(packets.ok());
    for (auto& packet : *packets) {
      packet.received = system_clock().wall();
      house_.stream->publish(packet);
    }
  }
  void TearDown() override { fs::remove_all(folder_); }

  RtspConfig config(const RtspsConfig& tls) {
    RtspConfig out;
    out.address.clear();
    out.tls = tls;
    return out;
  }

  fs::path folder_;
  OpenHouse house_;
};

TEST_F(RtspsTest, PicturesComeWithinTls) {
  RtspServer server(config(write_certificate(folder_, "yard")), house_, system_clock());
  ASSERT_TRUE(server.start().ok());
  EXPECT_EQ(server.port(), 0) << "there is no other door";
  Client client(server.tls_port());
  ASSERT_TRUE(client.shake_hands());
  EXPECT_EQ(client.name(), "yard");
  EXPECT_NE(client.ask("DESCRIBE", "/yard").find("RTSP/1.0 200"), std::string::npos);
  EXPECT_NE(client.ask("SETUP", "/yard/trackID=0", "Transport: RTP/AVP;unicast;client_port=5000-5001\r\n").find("461"),
            std::string::npos)
      << "UDP would be in the clear";
  const auto set_up = client.ask("SETUP", "/yard/trackID=0", "Transport: RTP/AVP/TCP;unicast;interleaved=0-1\r\n");
  ASSERT_NE(set_up.find("RTSP/1.0 200"), std::string::npos) << set_up;
  const auto at = set_up.find("Session: ") + 9;
  const auto session = set_up.substr(at, set_up.find(';', at) - at);
  client.send("PLAY rtsps://127.0.0.1/yard RTSP/1.0\r\nCSeq: 2\r\nSession: " + session + "\r\n\r\n");
  EXPECT_NE(client.read_until(std::string("$\0", 2)).find("RTSP/1.0 200"), std::string::npos);
  EXPECT_EQ(server.figures().clients, 1);
}

TEST_F(RtspsTest, WhoSpeaksInTheClearOrNonsenseIsDisconnected) {
  RtspServer server(config(write_certificate(folder_, "yard")), house_, system_clock());
  ASSERT_TRUE(server.start().ok());
  Client client(server.tls_port());
  const std::string text = "OPTIONS rtsp://127.0.0.1/ RTSP/1.0\r\nCSeq: 1\r\n\r\n";
  ASSERT_GT(::send(client.fd(), text.data(), text.size(), MSG_NOSIGNAL), 0);
  std::string came;
  for (char bytes[256];;) {
    const auto count = ::recv(client.fd(), bytes, sizeof bytes, 0);
    if (count <= 0) break;
    came.append(bytes, static_cast<std::size_t>(count));
  }
  EXPECT_EQ(came.find("RTSP"), std::string::npos);
  Client next(server.tls_port());
  EXPECT_TRUE(next.shake_hands()) << "nobody else notices";
}

TEST_F(RtspsTest, WhatIsNoCertificateSaysSoAtTheStart) {
  const auto good = write_certificate(folder_, "yard"), other = write_certificate(folder_, "other");
  auto wrong = good;
  wrong.key = other.key;
  auto absent = good;
  absent.certificate = (folder_ / "absent.crt").string();
  auto none = good;
  none.key.clear();
  auto swapped = good;
  std::swap(swapped.key, swapped.certificate);
  for (const auto& tls : {wrong, absent, none, swapped}) {
    RtspServer server(config(tls), house_, system_clock());
    const auto started = server.start();
    ASSERT_FALSE(started.ok());
    EXPECT_EQ(started.error().kind, ErrorKind::InvalidArgument) << started.error().message;
  }
}

TEST_F(RtspsTest, ARenewedCertificateIsTakenAndABrokenOneIsNot) {
  const auto tls = write_certificate(folder_, "yard");
  rtsp::Certificate certificate;
  ASSERT_TRUE(certificate.open(tls).ok());
  const auto first = certificate.context();
  certificate.renew();
  EXPECT_EQ(certificate.context(), first);
  write_certificate(folder_, "yard");
  fs::last_write_time(tls.certificate, fs::file_time_type::clock::now() + std::chrono::hours(1));
  certificate.renew();
  const auto second = certificate.context();
  EXPECT_NE(second, first);
  std::ofstream(tls.key, std::ios::trunc) << "no key";
  fs::last_write_time(tls.key, fs::file_time_type::clock::now() + std::chrono::hours(2));
  certificate.renew();
  EXPECT_EQ(certificate.context(), second);
}

}  // namespace
}  // namespace vigil::live
