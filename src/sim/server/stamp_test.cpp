#include "sim/server/stamp.h"

#include <gtest/gtest.h>

#include <string>

#include "media/sample.h"

namespace vigil::sim {
namespace {

const WallTime kWhen{std::chrono::microseconds(0x6543210fedcba)};

std::string text_of(const media::Packet& packet) {
  return {packet.data.view().begin(), packet.data.view().end()};
}

class StampOf : public testing::TestWithParam<media::Codec> {};

TEST_P(StampOf, APictureSaysWhenItWasSentAndItsNumber) {
  auto packets = media::sample_packets({.codec = GetParam(), .frames = 2}).value();
  for (const auto& packet : packets) {
    const auto out = stamped(packet, kWhen, 0x1f);
    const auto text = text_of(out);
    const auto expected = std::string(kStampMark) + (packet.key ? "K" : "D") + "0006543210fedcba" + "0000001f";
    const auto at = text.find(expected);
    ASSERT_NE(at, std::string::npos);
    // Without it, the bytes are what they were.
    const std::size_t header = GetParam() == media::Codec::H264 ? 1 : 2;
    auto without = text;
    without.erase(at - header - 6, 4 + header + 2 + expected.size() + 1);
    EXPECT_EQ(without, text_of(packet));
    EXPECT_EQ(out.key, packet.key);
    EXPECT_EQ(out.dts, packet.dts);
  }
}
INSTANTIATE_TEST_SUITE_P(Stamp, StampOf, testing::Values(media::Codec::H264, media::Codec::H265));

TEST(Stamp, WhatItDoesNotUnderstandStaysAsItIs) {
  auto packet = media::sample_packets({.codec = media::Codec::H264, .frames = 1}).value().front();
  packet.data = media::SharedBytes(std::vector<std::uint8_t>{0, 0, 0, 9, 6, 1});
  EXPECT_EQ(text_of(stamped(packet, kWhen, 1)), text_of(packet));
  auto sound = std::make_shared<media::CodecParams>();
  sound->codec = media::Codec::Pcmu;
  packet.params = sound;
  packet.data = media::SharedBytes(std::vector<std::uint8_t>{0, 0, 0, 1, 0x65});
  EXPECT_EQ(text_of(stamped(packet, kWhen, 1)), text_of(packet));
}

}  // namespace
}  // namespace vigil::sim
