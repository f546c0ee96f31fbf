#include "live/webrtc/stun.h"

#include <gtest/gtest.h>

namespace vigil::live::webrtc::stun {
namespace {

using Data = std::vector<std::uint8_t>;

constexpr const char* kPassword = "VOkJxbRl1RmTxUk/WvJxBt";

// The test vectors of RFC 5769, 2.1 to 2.3.
const Data kRequest = {0x00, 0x01, 0x00, 0x58, 0x21, 0x12, 0xa4, 0x42, 0xb7, 0xe7, 0xa7, 0x01, 0xbc, 0x34, 0xd6, 0x86,
                       0xfa, 0x87, 0xdf, 0xae, 0x80, 0x22, 0x00, 0x10, 0x53, 0x54, 0x55, 0x4e, 0x20, 0x74, 0x65, 0x73,
                       0x74, 0x20, 0x63, 0x6c, 0x69, 0x65, 0x6e, 0x74, 0x00, 0x24, 0x00, 0x04, 0x6e, 0x00, 0x01, 0xff,
                       0x80, 0x29, 0x00, 0x08, 0x93, 0x2f, 0xf9, 0xb1, 0x51, 0x26, 0x3b, 0x36, 0x00, 0x06, 0x00, 0x09,
                       0x65, 0x76, 0x74, 0x6a, 0x3a, 0x68, 0x36, 0x76, 0x59, 0x20, 0x20, 0x20, 0x00, 0x08, 0x00, 0x14,
                       0x9a, 0xea, 0xa7, 0x0c, 0xbf, 0xd8, 0xcb, 0x56, 0x78, 0x1e, 0xf2, 0xb5, 0xb2, 0xd3, 0xf2, 0x49,
                       0xc1, 0xb5, 0x71, 0xa2, 0x80, 0x28, 0x00, 0x04, 0xe5, 0x7a, 0x3b, 0xcf};
const Data kAnswerV4 = {0x01, 0x01, 0x00, 0x3c, 0x21, 0x12, 0xa4, 0x42, 0xb7, 0xe7, 0xa7, 0x01, 0xbc, 0x34, 0xd6, 0x86,
                        0xfa, 0x87, 0xdf, 0xae, 0x80, 0x22, 0x00, 0x0b, 0x74, 0x65, 0x73, 0x74, 0x20, 0x76, 0x65, 0x63,
                        0x74, 0x6f, 0x72, 0x20, 0x00, 0x20, 0x00, 0x08, 0x00, 0x01, 0xa1, 0x47, 0xe1, 0x12, 0xa6, 0x43,
                        0x00, 0x08, 0x00, 0x14, 0x2b, 0x91, 0xf5, 0x99, 0xfd, 0x9e, 0x90, 0xc3, 0x8c, 0x74, 0x89, 0xf9,
                        0x2a, 0xf9, 0xba, 0x53, 0xf0, 0x6b, 0xe7, 0xd7, 0x80, 0x28, 0x00, 0x04, 0xc0, 0x7d, 0x4c, 0x96};
const Data kAnswerV6 = {0x01, 0x01, 0x00, 0x48, 0x21, 0x12, 0xa4, 0x42, 0xb7, 0xe7, 0xa7, 0x01, 0xbc, 0x34, 0xd6, 0x86,
                        0xfa, 0x87, 0xdf, 0xae, 0x80, 0x22, 0x00, 0x0b, 0x74, 0x65, 0x73, 0x74, 0x20, 0x76, 0x65, 0x63,
                        0x74, 0x6f, 0x72, 0x20, 0x00, 0x20, 0x00, 0x14, 0x00, 0x02, 0xa1, 0x47, 0x01, 0x13, 0xa9, 0xfa,
                        0xa5, 0xd3, 0xf1, 0x79, 0xbc, 0x25, 0xf4, 0xb5, 0xbe, 0xd2, 0xb9, 0xd9, 0x00, 0x08, 0x00, 0x14,
                        0xa3, 0x82, 0x95, 0x4e, 0x4b, 0xe6, 0x7b, 0xf1, 0x17, 0x84, 0xc9, 0x7c, 0x82, 0x92, 0xc2, 0x75,
                        0xbf, 0xe3, 0xed, 0x41, 0x80, 0x28, 0x00, 0x04, 0xc8, 0xfb, 0x0b, 0x4c};

TEST(Stun, TheRequestOfRfc5769IsUnderstood) {
  const auto message = parse(kRequest);
  ASSERT_TRUE(message);
  EXPECT_EQ(message->type, kBindingRequest);
  EXPECT_EQ(message->username, "evtj:h6vY");
  EXPECT_EQ(message->priority, 0x6e0001ffu);
  EXPECT_TRUE(message->controlled);
  EXPECT_FALSE(message->use_candidate);
  EXPECT_TRUE(message->has_fingerprint);
  EXPECT_TRUE(integrity_holds(*message, kPassword));
  EXPECT_FALSE(integrity_holds(*message, "VOkJxbRl1RmTxUk/WvJxBu"));
}

TEST(Stun, TheAnswersOfRfc5769AreUnderstood) {
  const auto v4 = parse(kAnswerV4), v6 = parse(kAnswerV6);
  ASSERT_TRUE(v4 && v6);
  EXPECT_TRUE(integrity_holds(*v4, kPassword));
  EXPECT_TRUE(integrity_holds(*v6, kPassword));
  EXPECT_EQ(v4->mapped, parse_endpoint("192.0.2.1", 32853));
  EXPECT_EQ(v6->mapped, parse_endpoint("2001:db8:1234:5678:11:2233:4455:6677", 32853));
}

TEST(Stun, EveryChangedByteIsNoticed) {
  for (std::size_t i = 0; i < kRequest.size(); ++i) {
    auto changed = kRequest;
    changed[i] ^= 0x10;
    const auto message = parse(changed);
    EXPECT_FALSE(message && message->has_fingerprint && integrity_holds(*message, kPassword)) << "byte " << i;
  }
}

TEST(Stun, WhatIsCutOffIsRefused) {
  for (std::size_t size = 0; size < kRequest.size(); ++size) EXPECT_FALSE(parse(Bytes(kRequest).first(size))) << size;
}

TEST(Stun, AnswersAreReadAsTheyWereWritten) {
  const Transaction transaction = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12};
  for (const char* ip : {"192.0.2.7", "2001:db8::9"}) {
    const auto from = *parse_endpoint(ip, 4321);
    const auto bytes = success(transaction, from, kPassword);
    const auto message = parse(bytes);
    ASSERT_TRUE(message);
    EXPECT_EQ(message->type, kBindingSuccess);
    EXPECT_EQ(message->transaction, transaction);
    EXPECT_EQ(message->mapped, from);
    EXPECT_TRUE(message->has_fingerprint);
    EXPECT_TRUE(integrity_holds(*message, kPassword));
    EXPECT_EQ(ip_text(*message->mapped), ip);
  }
  const auto bytes = error(transaction, 487, "Role Conflict", kPassword);
  const auto message = parse(bytes);
  ASSERT_TRUE(message);
  EXPECT_EQ(message->error, 487);
  EXPECT_TRUE(integrity_holds(*message, kPassword));
}

TEST(Stun, ARequestSaysWhoAsksAndNominates) {
  Request asked;
  asked.username = "server:client";
  const auto bytes = request(asked, kPassword);
  const auto message = parse(bytes);
  ASSERT_TRUE(message);
  EXPECT_EQ(message->username, "server:client");
  EXPECT_TRUE(message->use_candidate);
  EXPECT_TRUE(message->controlling);
  EXPECT_TRUE(integrity_holds(*message, kPassword));
}

TEST(Stun, NothingBehindTheIntegrityIsBelieved) {
  Request asked;
  asked.username = "server:client";
  asked.use_candidate = false;
  auto bytes = request(asked, kPassword);
  bytes.resize(bytes.size() - 8);  // without the fingerprint
  const Data late = {0x00, 0x25, 0x00, 0x00};
  bytes.insert(bytes.end(), late.begin(), late.end());
  bytes[3] = static_cast<std::uint8_t>(bytes.size() - 20);
  const auto message = parse(bytes);
  ASSERT_TRUE(message);
  EXPECT_TRUE(integrity_holds(*message, kPassword));
  EXPECT_FALSE(message->use_candidate);
}

TEST(Endpoint, KnowsWhatKindOfAddressItIs) {
  EXPECT_TRUE(parse_endpoint("127.0.0.5", 1)->is_loopback());
  EXPECT_TRUE(parse_endpoint("::1", 1)->is_loopback());
  EXPECT_TRUE(parse_endpoint("0.0.0.0", 1)->is_any());
  EXPECT_TRUE(parse_endpoint("::", 1)->is_any());
  EXPECT_FALSE(parse_endpoint("192.0.2.1", 1)->is_loopback());
  EXPECT_FALSE(parse_endpoint("localhost", 1));
  sockaddr_storage address{};
  for (const char* ip : {"192.0.2.1", "2001:db8::1"}) {
    const auto one = *parse_endpoint(ip, 99);
    to_sockaddr(one, one.is_v4() ? AF_INET : AF_INET6, address);
    EXPECT_EQ(from_sockaddr(address), one);
  }
}

}  // namespace
}  // namespace vigil::live::webrtc::stun
