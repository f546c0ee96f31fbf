#include "live/webrtc/dtls.h"

#include <gtest/gtest.h>

#include "live/webrtc/srtp.h"

namespace vigil::live::webrtc {
namespace {

using Data = std::vector<std::uint8_t>;

struct Pair {
  std::shared_ptr<const DtlsContext> ours = DtlsContext::make().value(), theirs = DtlsContext::make().value();
  Dtls server{ours, Dtls::Role::Server, theirs->fingerprint()};
  Dtls client{theirs, Dtls::Role::Client, ours->fingerprint()};

  // Carries datagrams until nobody says anything any more; `lose` says which are lost.
  template <typename Lose>
  void talk(Lose lose) {
    for (int round = 0; round < 50; ++round) {
      auto a = client.take(), b = server.take();
      if (a.empty() && b.empty()) return;
      for (const auto& one : a) {
        EXPECT_LE(one.size(), 1200u);
        if (!lose()) server.receive(one);
      }
      for (const auto& one : b) {
        EXPECT_LE(one.size(), 1200u);
        if (!lose()) client.receive(one);
      }
    }
  }
};

TEST(Dtls, BothSidesEndUpWithTheSameKeysAndGcmComesFirst) {
  Pair pair;
  pair.client.start();
  pair.talk([] { return false; });
  ASSERT_EQ(pair.server.state(), Dtls::State::Established) << pair.server.fault();
  ASSERT_EQ(pair.client.state(), Dtls::State::Established) << pair.client.fault();
  EXPECT_EQ(pair.server.keys()->profile, SrtpProfile::AeadAes128Gcm);
  EXPECT_EQ(pair.server.keys()->client, pair.client.keys()->client);
  EXPECT_EQ(pair.server.keys()->server, pair.client.keys()->server);
  EXPECT_NE(pair.server.keys()->server, pair.server.keys()->client);
  EXPECT_EQ(pair.server.keys()->server.size(), 28u);
}

TEST(Dtls, AnotherCertificateThanTheOfferedOneIsRefused) {
  Pair pair;
  Fingerprint other = pair.theirs->fingerprint();
  other.bytes[5] ^= 1;
  Dtls server(pair.ours, Dtls::Role::Server, other);
  pair.client.start();
  for (int round = 0; round < 10; ++round) {
    for (const auto& one : pair.client.take()) server.receive(one);
    for (const auto& one : server.take()) pair.client.receive(one);
  }
  EXPECT_EQ(server.state(), Dtls::State::Closed);
  EXPECT_NE(server.fault().find("fingerprint"), std::string::npos);
  EXPECT_FALSE(server.keys());
}

TEST(Dtls, ClosingIsHeardByTheOtherSide) {
  Pair pair;
  pair.client.start();
  pair.talk([] { return false; });
  pair.server.close();
  pair.talk([] { return false; });
  EXPECT_EQ(pair.client.state(), Dtls::State::Closed);
  EXPECT_EQ(pair.client.fault(), "");
}

TEST(Dtls, GarbageDoesNotDisturbAHandshake) {
  Pair pair;
  for (std::size_t size : {1u, 13u, 100u, 3000u}) pair.server.receive(Data(size, 22));
  Data record = {22, 254, 253, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 1, 2, 3};
  pair.server.receive(record);
  pair.server.receive({});
  pair.client.start();
  auto hello = pair.client.take();
  ASSERT_FALSE(hello.empty());
  pair.server.receive(std::span(hello[0]).first(hello[0].size() / 2));  // cut off
  pair.server.receive(hello[0]);
  pair.talk([] { return false; });
  EXPECT_EQ(pair.server.state(), Dtls::State::Established) << pair.server.fault();
}

TEST(Dtls, AHandshakeThatStandsStillAsksToBeCalledAgain) {
  Pair pair;
  EXPECT_FALSE(pair.server.next_timeout());
  pair.client.start();
  ASSERT_TRUE(pair.client.next_timeout());
  EXPECT_LE(*pair.client.next_timeout(), 1000);
}

TEST(Srtp, WhatOneSideProtectsTheOtherOpensAlsoASecondTime) {
  Pair pair;
  pair.client.start();
  pair.talk([] { return false; });
  for (auto profile : {SrtpProfile::AeadAes128Gcm, SrtpProfile::Aes128CmSha1_80}) {
    auto keys = *pair.server.keys();
    keys.profile = profile;
    keys.client.resize(profile == SrtpProfile::AeadAes128Gcm ? 28 : 30);
    keys.server.resize(keys.client.size());
    auto server = Srtp::make(keys, true), client = Srtp::make(keys, false);
    ASSERT_TRUE(server.ok() && client.ok()) << server.error().message;
    Data clear(100 + Srtp::kTrailer, 7);
    clear[0] = 0x80, clear[1] = 96, clear[2] = 0, clear[3] = 1;
    auto first = clear, second = clear;
    const auto size = (*server)->protect(first, 100);
    ASSERT_GT(size, 100u);
    EXPECT_EQ((*server)->protect(second, 100), size) << "a retransmission";
    EXPECT_EQ(first, second);
    auto opened = (*client)->open(std::span(first).first(size));
    EXPECT_EQ(Data(opened.begin(), opened.end()), Data(clear.begin(), clear.begin() + 100));
    second[50] ^= 1;
    EXPECT_TRUE((*client)->open(std::span(second).first(size)).empty()) << "forged";
    Data report(32 + Srtp::kTrailer, 0);
    report[0] = 0x80, report[1] = 201, report[3] = 7;
    const auto protected_size = (*client)->protect_rtcp(report, 32);
    ASSERT_GT(protected_size, 32u);
    EXPECT_EQ((*server)->open_rtcp(std::span(report).first(protected_size)).size(), 32u);
    EXPECT_TRUE((*server)->open_rtcp(std::span(report).first(3)).empty());
    EXPECT_EQ((*server)->protect(std::span(report).first(40), 32), 0u) << "no room";
  }
}

}  // namespace
}  // namespace vigil::live::webrtc
