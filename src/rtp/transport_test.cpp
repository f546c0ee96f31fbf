#include "rtp/transport.h"

#include <gtest/gtest.h>

namespace vigil::rtp {
namespace {

TEST(RtspTransport, TheFirstAlternativeThatWeServeIsTaken) {
  auto udp = choose_transport("RTP/AVP;multicast, RTP/AVP;unicast;client_port=5000-5001, RTP/AVP/TCP", true, true, 0);
  ASSERT_TRUE(udp.has_value());
  EXPECT_EQ(*udp, (Transport{false, 0, 1, 5000, 5001}));
  auto tcp = choose_transport("RTP/AVP;unicast;client_port=5000-5001,RTP/AVP/TCP;interleaved=4-5", true, false, 0);
  ASSERT_TRUE(tcp.has_value());
  EXPECT_EQ(*tcp, (Transport{true, 4, 5, 0, 0}));
}

TEST(RtspTransport, MissingPartsGetDefaults) {
  EXPECT_EQ(choose_transport("RTP/AVP/TCP;unicast", true, true, 2), (Transport{true, 2, 3, 0, 0}));
  EXPECT_EQ(choose_transport("rtp/avp/udp;client_port=7000", true, true, 0), (Transport{false, 0, 1, 7000, 7001}));
}

TEST(RtspTransport, WhatCannotBeServedIsRefused) {
  for (auto text : {"", ",,,", "RTP/AVP;multicast", "RTP/AVP;unicast", "RTP/SAVP;client_port=1-2",
                    "RTP/AVP;client_port=0-1", "RTP/AVP;client_port=65535", "RTP/AVP;client_port=70000-70001",
                    "RTP/AVP/TCP;interleaved=300-301", "RTP/AVP/TCP;interleaved=3-3", "RTP/AVP/TCP;interleaved=x"}) {
    EXPECT_FALSE(choose_transport(text, true, true, 0).has_value()) << text;
  }
}

TEST(RtspTransport, TheAnswerNamesPortsAndSource) {
  EXPECT_EQ(to_text({true, 0, 1, 0, 0}, 9000, 0xABC), "RTP/AVP/TCP;unicast;interleaved=0-1;ssrc=00000ABC");
  EXPECT_EQ(to_text({false, 0, 1, 5000, 5001}, 9000, 1),
            "RTP/AVP;unicast;client_port=5000-5001;server_port=9000-9001;ssrc=00000001");
}

TEST(RtspTransport, AnswersOfCamerasAreRead) {
  auto tcp = parse_transport_reply("RTP/AVP;unicast;interleaved=10-11;ssrc= 0x1F;mode=play");
  EXPECT_EQ(tcp.channels, (std::pair<std::uint8_t, std::uint8_t>(10, 11)));
  EXPECT_EQ(tcp.ssrc, 0x1fu);
  auto udp = parse_transport_reply("RTP/AVP/UDP;unicast;client_port=1-2;Server_Port=6970-6971;ssrc=nonsense");
  EXPECT_EQ(udp.server_ports, (std::pair<std::uint16_t, std::uint16_t>(6970, 6971)));
  EXPECT_FALSE(udp.ssrc.has_value());
  EXPECT_TRUE(parse_transport_reply("RTP/AVP;multicast;destination=239.0.0.1").multicast);
  auto bare = parse_transport_reply(";;;=;interleaved=999;server_port=0-1");
  EXPECT_FALSE(bare.channels.has_value());
  EXPECT_FALSE(bare.server_ports.has_value());
}

}  // namespace
}  // namespace vigil::rtp
