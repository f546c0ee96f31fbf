#include "live/rtp/rtcp.h"

#include <gtest/gtest.h>

#include "media/nal.h"

namespace vigil::live::rtp {
namespace {

using Data = std::vector<std::uint8_t>;
using std::chrono::microseconds;

void word(Data& out, std::uint64_t value) {
  media::append_be32(out, value);
}

Data feedback(unsigned type, unsigned format, const Data& rest) {
  Data out = {static_cast<std::uint8_t>(0x80 | format), static_cast<std::uint8_t>(type)};
  media::append_be16(out, rest.size() / 4 + 2);
  word(out, 1);
  word(out, 0xabcd);
  out.insert(out.end(), rest.begin(), rest.end());
  return out;
}

TEST(Rtcp, ASenderReportIsACompoundThatSaysWhoSends) {
  const WallTime now{microseconds(1'700'000'000'500'000)};
  const auto report = sender_report({0x01020304, ntp_time(now), 90000, 7, 800}, "vigil");
  EXPECT_EQ(report.size() % 4, 0u);
  EXPECT_EQ(report[1], 200);
  EXPECT_EQ(Data(report.begin() + 16, report.begin() + 28), (Data{0, 1, 0x5f, 0x90, 0, 0, 0, 7, 0, 0, 3, 0x20}));
  EXPECT_EQ(report[29], 202);
  EXPECT_EQ(std::string(report.begin() + 38, report.begin() + 43), "vigil");
  EXPECT_TRUE(parse_rtcp(report)) << "whole packets";
  // 2208988800 s lie between 1900 and 1970; half a second is 2^31.
  EXPECT_EQ(ntp_time(now), (1'700'000'000ull + 2'208'988'800ull) << 32 | 0x80000000u);
}

TEST(Rtcp, ANackNamesEachLostPacketAlsoAcrossTheWrap) {
  const auto parsed = parse_rtcp(feedback(205, 1, {0xff, 0xff, 0x80, 0x01, 0, 9, 0, 0}));
  ASSERT_TRUE(parsed);
  ASSERT_EQ(parsed->lost.size(), 4u);
  EXPECT_EQ(parsed->lost[0].sequence, 65535);
  EXPECT_EQ(parsed->lost[1].sequence, 0);
  EXPECT_EQ(parsed->lost[2].sequence, 15);
  EXPECT_EQ(parsed->lost[3].sequence, 9);
  EXPECT_EQ(parsed->lost[0].ssrc, 0xabcdu);
}

TEST(Rtcp, ManyLossesAreBounded) {
  Data list;
  for (int i = 0; i < 2000; ++i) word(list, 0xffffffff);
  const auto parsed = parse_rtcp(feedback(205, 1, list));
  ASSERT_TRUE(parsed);
  EXPECT_EQ(parsed->lost.size(), 1024u);
}

TEST(Rtcp, PictureRequestsAndBitrateAreUnderstood) {
  auto bytes = feedback(206, 1, {});
  const auto fir = feedback(206, 4, {0, 0, 0xab, 0xce, 1, 0, 0, 0});
  const auto remb = feedback(206, 15, {'R', 'E', 'M', 'B', 1, 0x0b, 0xd0, 0x90, 0, 0, 0xab, 0xcd});
  bytes.insert(bytes.end(), fir.begin(), fir.end());
  bytes.insert(bytes.end(), remb.begin(), remb.end());
  const auto parsed = parse_rtcp(bytes);
  ASSERT_TRUE(parsed);
  EXPECT_EQ(parsed->picture_requests, (std::vector<std::uint32_t>{0xabcd, 0xabce}));
  EXPECT_EQ(parsed->bitrate, static_cast<std::uint64_t>(0x3d090) << 2);
}

TEST(Rtcp, TheRoundTripComesFromWhatTheReceiverSays) {
  Data report = {0x81, 201, 0, 7};
  word(report, 1);
  const WallTime sent{microseconds(1'700'000'000'000'000)};
  word(report, 0xabcd);
  word(report, 0x40ffffff);  // a quarter lost; -1 in all
  word(report, 70000);
  word(report, 12);
  word(report, ntp_time(sent) >> 16 & 0xffffffff);
  word(report, 65536 / 2);
  const auto parsed = parse_rtcp(report);
  ASSERT_TRUE(parsed);
  ASSERT_EQ(parsed->reports.size(), 1u);
  const auto& block = parsed->reports[0];
  EXPECT_EQ(block.fraction_lost, 0x40);
  EXPECT_EQ(block.lost, -1);
  EXPECT_EQ(block.highest_sequence, 70000u);
  const auto trip = round_trip(block, sent + std::chrono::milliseconds(540));
  ASSERT_TRUE(trip);
  EXPECT_NEAR(static_cast<double>(trip->count()), 40000, 100);
  EXPECT_FALSE(round_trip(block, sent)) << "before it was sent";
  EXPECT_FALSE(round_trip(block, sent + std::chrono::hours(1)));
  EXPECT_FALSE(round_trip(ReportBlock{}, sent));
}

TEST(Rtcp, WhatIsNoRtcpIsRefused) {
  EXPECT_FALSE(parse_rtcp({}));
  EXPECT_FALSE(parse_rtcp(Data{0x80, 201, 0}));
  EXPECT_FALSE(parse_rtcp(Data{0x80, 201, 0, 9, 0, 0, 0, 1})) << "longer than it is";
  EXPECT_FALSE(parse_rtcp(Data{0x40, 201, 0, 1, 0, 0, 0, 1})) << "version 1";
  EXPECT_TRUE(parse_rtcp(Data{0x9f, 201, 0, 1, 0, 0, 0, 1})) << "31 report blocks that are not there";
  const auto bye = parse_rtcp(goodbye(5));
  ASSERT_TRUE(bye);
  EXPECT_EQ(bye->left, std::vector<std::uint32_t>{5});
}

}  // namespace
}  // namespace vigil::live::rtp
