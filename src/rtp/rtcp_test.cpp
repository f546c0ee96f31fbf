#include "rtp/rtcp.h"

#include <gtest/gtest.h>

#include "media/rtp.h"
#include "rtp/reorder.h"

namespace vigil::rtp {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

TEST(Rtcp, SenderReportsCarryTheTimeOfTheWorld) {
  media::RtpPacketiser sender({.ssrc = 77});
  const WallTime now(std::chrono::microseconds(1795283924123456));
  auto bytes = media::rtcp_sender_report(sender, 90000, now);
  EXPECT_TRUE(looks_like_rtcp(bytes));
  auto parsed = parse_rtcp(bytes);
  ASSERT_TRUE(parsed.has_value());
  ASSERT_EQ(parsed->senders.size(), 1u);
  EXPECT_EQ(parsed->senders[0].ssrc, 77u);
  EXPECT_EQ(parsed->senders[0].rtp_timestamp, 90000u);
  auto told = wall_time_of(parsed->senders[0].ntp);
  ASSERT_TRUE(told.has_value());
  EXPECT_LE(std::chrono::abs(*told - now), std::chrono::microseconds(1));
  EXPECT_FALSE(wall_time_of(0).has_value());
}

TEST(Rtcp, BrokenPartsEndTheCompound) {
  std::vector<std::uint8_t> bytes = {0x81, 203, 0, 1, 0, 0, 0, 9, 0x80, 200, 0, 200};
  auto parsed = parse_rtcp(bytes);
  ASSERT_TRUE(parsed.has_value());
  EXPECT_EQ(parsed->gone, std::vector<std::uint32_t>{9});
  EXPECT_TRUE(parsed->senders.empty());
  EXPECT_FALSE(parse_rtcp({}).has_value());
  EXPECT_FALSE(parse_rtcp(std::span(bytes).subspan(8)).has_value());
}

TEST(Rtcp, ReceiverReportsTellLoss) {
  ReceptionMeter meter(90000);
  SteadyTime now{seconds(10)};
  for (int i = 0; i < 100; ++i) {
    if (i % 10 == 5) continue;
    meter.packet(7, static_cast<std::uint16_t>(65500 + i), static_cast<std::uint32_t>(i * 3600), now);
    now += milliseconds(40);
  }
  EXPECT_EQ(meter.lost(), 10);
  meter.report({7, 0x1234567890abcdef, 0, 0, 0}, now);
  auto parsed = parse_rtcp(meter.make_report(3, now + seconds(1)));
  ASSERT_TRUE(parsed.has_value());
  ASSERT_EQ(parsed->receptions.size(), 1u);
  const auto& report = parsed->receptions[0];
  EXPECT_EQ(report.ssrc, 7u);
  EXPECT_EQ(report.lost, 10);
  EXPECT_EQ(report.fraction_lost, 25);
  EXPECT_EQ(report.highest_sequence, 65536u + 63);
  parsed = parse_rtcp(meter.make_report(3, now + seconds(2)));
  EXPECT_EQ(parsed->receptions[0].fraction_lost, 0) << "since the last report";
  EXPECT_TRUE(parse_rtcp(ReceptionMeter(90000).make_report(3, now)).has_value());
}

class ReorderTest : public testing::Test {
 protected:
  // What comes out, as sequence numbers; a gap before one is a minus.
  std::vector<int> push(int sequence) {
    const std::uint8_t byte = static_cast<std::uint8_t>(sequence);
    std::vector<int> out;
    bool gap = false;
    if (reorder_.push(static_cast<std::uint16_t>(sequence), {&byte, 1}, now_, gap))
      out.push_back(gap ? -sequence : sequence);
    drain(out);
    return out;
  }
  void drain(std::vector<int>& out) {
    while (auto ready = reorder_.pop(now_)) out.push_back(ready->gap ? -ready->bytes[0] : ready->bytes[0]);
  }

  SteadyTime now_{seconds(1)};
  Reorder reorder_{Reorder::Config{}};
};

TEST_F(ReorderTest, WhatComesLateIsWaitedFor) {
  EXPECT_EQ(push(1), std::vector<int>{1});
  EXPECT_EQ(push(3), std::vector<int>{});
  EXPECT_EQ(push(4), std::vector<int>{});
  EXPECT_EQ(push(2), (std::vector<int>{2, 3, 4}));
  EXPECT_EQ(push(2), std::vector<int>{}) << "a duplicate";
  EXPECT_EQ(push(5), std::vector<int>{5});
}

TEST_F(ReorderTest, PatienceEnds) {
  push(1);
  push(3);
  ASSERT_TRUE(reorder_.deadline().has_value());
  now_ += milliseconds(99);
  std::vector<int> out;
  drain(out);
  EXPECT_TRUE(out.empty());
  now_ += milliseconds(2);
  drain(out);
  EXPECT_EQ(out, std::vector<int>{-3});
  EXPECT_FALSE(reorder_.deadline().has_value());
}

TEST_F(ReorderTest, SoDoesRoom) {
  push(1);
  std::vector<int> out;
  for (int i = 3; i < 3 + 257; ++i) {
    const std::uint8_t byte = 0;
    bool gap = false;
    EXPECT_FALSE(reorder_.push(static_cast<std::uint16_t>(i), {&byte, 1}, now_, gap));
  }
  EXPECT_TRUE(reorder_.pop(now_).has_value());
}

TEST_F(ReorderTest, ASenderThatBeginsAnewIsFollowed) {
  push(20000);
  bool gap = false;
  EXPECT_TRUE(reorder_.push(100, {}, now_, gap));
  EXPECT_TRUE(gap);
  EXPECT_TRUE(reorder_.push(101, {}, now_, gap));
  EXPECT_FALSE(gap);
  // A little back: old packets first, then believed.
  int taken = 0;
  for (int i = 50; i < 80; ++i) taken += reorder_.push(static_cast<std::uint16_t>(i), {}, now_, gap) ? 1 : 0;
  EXPECT_GT(taken, 10);
  EXPECT_LT(taken, 16);
}

TEST_F(ReorderTest, NumbersWrap) {
  bool gap = false;
  EXPECT_TRUE(reorder_.push(65535, {}, now_, gap));
  EXPECT_TRUE(reorder_.push(0, {}, now_, gap));
  EXPECT_FALSE(gap);
}

TEST_F(ReorderTest, OverTcpNothingIsWaitedFor) {
  Reorder tcp(Reorder::Config{milliseconds(0), 256});
  bool gap = false;
  EXPECT_TRUE(tcp.push(1, {}, now_, gap));
  EXPECT_TRUE(tcp.push(5, {}, now_, gap));
  EXPECT_TRUE(gap);
  EXPECT_FALSE(tcp.deadline().has_value());
}

}  // namespace
}  // namespace vigil::rtp
