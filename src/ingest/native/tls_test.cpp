#include <gtest/gtest.h>
#include <poll.h>
#include <signal.h>

#include <cctype>

#include "ingest/native/wire.h"
#include "ingest/rtsp_camera_fake.h"
#include "ingest/rtsp_native.h"
#include "ingest/tls_front_fake.h"

// RTSPS, with the certificates that cameras have.
namespace vigil::ingest {
namespace {

using model::FailureReason;
using std::chrono::seconds;

class RtspTls : public testing::Test {
 protected:
  // The server ignores it as well.
  void SetUp() override { ::signal(SIGPIPE, SIG_IGN); }

  std::uint16_t port_of_camera() const { return port_of(parse_url(camera_.url()).value()); }

  struct Result {
    FailureReason reason = FailureReason::None;
    std::string detail;
    int packets = 0;
  };
  Result play(const std::string& fingerprint) {
    SourceConfig config;
    config.stream.url = parse_url("rtsps://admin:s3cret@127.0.0.1:" + std::to_string(front_.port()) + "/cam").value();
    config.transport = model::Transport::Tcp;
    config.tls_fingerprint = fingerprint;
    config.connect_timeout = seconds(20);
    config.read_timeout = seconds(1);
    NativeRtspSource source(config, std::make_shared<const EgressPolicy>());
    auto opened = source.open();
    if (!opened.ok()) return {opened.failure().reason, opened.failure().detail, 0};
    Result out;
    while (out.packets < 10) {
      auto packet = source.read();
      if (!packet.ok()) return {packet.failure().reason, packet.failure().detail, out.packets};
      ++out.packets;
    }
    return out;
  }

  RtspCamera camera_{RtspPlan{}};
  TlsFront front_{port_of_camera()};
};

TEST_F(RtspTls, ACameraNearbyIsReadWhoeverSignedItsCertificate) {
  const auto result = play("");
  EXPECT_EQ(result.packets, 10) << result.detail;
}

TEST_F(RtspTls, AFingerprintIsTrustedHoweverItIsWritten) {
  auto plain = front_.fingerprint();
  std::string spaced;
  for (std::size_t i = 0; i < plain.size(); ++i) {
    if (i > 0 && i % 2 == 0) spaced += ':';
    spaced += static_cast<char>(std::toupper(static_cast<unsigned char>(plain[i])));
  }
  EXPECT_EQ(play(plain).packets, 10);
  EXPECT_EQ(play(spaced).packets, 10);
}

TEST_F(RtspTls, AnotherCertificateThanThePinnedOneGetsNoWord) {
  const auto result = play(std::string(64, 'a'));
  EXPECT_EQ(result.reason, FailureReason::Tls);
  EXPECT_NE(result.detail.find(front_.fingerprint()), std::string::npos) << result.detail;
  EXPECT_EQ(result.detail.find("s3cret"), std::string::npos);
}

// Connects as far as it goes; how it ends.
Outcome<bool> shake_hands(std::uint16_t port, const native::TlsRules& rules) {
  auto endpoint = resolve("127.0.0.1", port, EgressPolicy(), seconds(5));
  native::Wire wire;
  if (auto failure = wire.begin(endpoint.value(), port, "127.0.0.1", rules)) return *failure;
  for (;;) {
    auto connected = wire.advance();
    if (!connected.ok() || connected.value()) return connected;
    pollfd waiting{wire.fd(), static_cast<short>(wire.events()), 0};
    if (::poll(&waiting, 1, 20000) <= 0) return Failure{FailureReason::Timeout, ""};
  }
}

TEST_F(RtspTls, WhereCertificatesAreCheckedASelfSignedOneIsRefusedAndNamed) {
  native::TlsRules rules;
  rules.use = true;
  rules.verify = true;
  const auto refused = shake_hands(front_.port(), rules);
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.failure().reason, FailureReason::Tls);
  EXPECT_NE(refused.failure().detail.find(front_.fingerprint()), std::string::npos) << refused.failure().detail;
  rules.fingerprint = front_.fingerprint();
  const auto pinned = shake_hands(front_.port(), rules);
  EXPECT_TRUE(pinned.ok());
}

TEST(RtspTlsAlone, WhoeverSpeaksClearTextIsToldSo) {
  LoopbackServer server([](LoopbackPeer& peer) {
    peer.send("RTSP/1.0 400 Bad Request\r\n\r\n");
    peer.hold();
  });
  native::TlsRules rules;
  rules.use = true;
  rules.verify = false;
  const auto result = shake_hands(server.port(), rules);
  ASSERT_FALSE(result.ok());
  EXPECT_EQ(result.failure().reason, FailureReason::Tls) << result.failure().detail;
}

}  // namespace
}  // namespace vigil::ingest
