#include "sim/server/playback.h"

#include <gtest/gtest.h>

namespace vigil::sim {
namespace {

using media::Packet;

class Recorder final : public PacketSink {
 public:
  void send_rtp(const rtsp::SetUpTrack&, std::span<const media::RtpPacket> packets) override {
    rtp.insert(rtp.end(), packets.begin(), packets.end());
  }
  void send_rtcp(const rtsp::SetUpTrack&, std::span<const std::uint8_t> bytes) override {
    reports.emplace_back(bytes.begin(), bytes.end());
  }
  void break_off(const rtsp::SetUpTrack&, std::span<const media::RtpPacket>) override { ++broken; }

  std::vector<media::RtpPacket> rtp;
  std::vector<std::vector<std::uint8_t>> reports;
  int broken = 0;
};

std::uint16_t sequence_of(const media::RtpPacket& packet) {
  return static_cast<std::uint16_t>(packet.bytes[2] << 8 | packet.bytes[3]);
}

std::uint32_t word(const std::vector<std::uint8_t>& bytes, std::size_t at) {
  return static_cast<std::uint32_t>(bytes[at]) << 24 | static_cast<std::uint32_t>(bytes[at + 1]) << 16 |
         static_cast<std::uint32_t>(bytes[at + 2]) << 8 | bytes[at + 3];
}

// A camera of 10 pictures a second with a key frame each second, each picture one small NAL unit that tells its number.
class PlaybackTest : public testing::Test {
 protected:
  PlaybackTest() {
    auto params = std::make_shared<media::CodecParams>();
    params->codec = media::Codec::H264;
    params_ = params;
  }

  Packet picture(int number, std::size_t size = 20) const {
    Packet packet;
    packet.dts = packet.pts = Ticks(number * 9000);
    packet.key = number % 10 == 0;
    packet.params = params_;
    std::vector<std::uint8_t> bytes{0, 0, static_cast<std::uint8_t>(size >> 8), static_cast<std::uint8_t>(size & 0xff)};
    bytes.push_back(packet.key ? 0x65 : 0x41);
    bytes.resize(4 + size, static_cast<std::uint8_t>(number));
    packet.data = media::SharedBytes(std::move(bytes));
    return packet;
  }

  // Plays pictures first to last with their fault; the clock stands at each picture's time.
  void play(int first, int last, Fault fault = {}) {
    for (int number = first; number <= last; ++number) {
      now_ = Ticks(number * 9000);
      playback_.unit(0, picture(number), fault, moment());
      playback_.tick(fault, moment());
    }
  }
  Moment moment() const {
    return {now_, WallTime(std::chrono::seconds(1000)) + std::chrono::duration_cast<std::chrono::microseconds>(now_)};
  }
  // The numbers of the pictures that came out, each once per packet.
  std::vector<int> pictures() const {
    std::vector<int> numbers;
    for (const auto& packet : recorder_.rtp) numbers.push_back(packet.bytes.back());
    return numbers;
  }
  void expect_sequence_without_gap() const {
    for (std::size_t i = 0; i < recorder_.rtp.size(); ++i) {
      ASSERT_EQ(sequence_of(recorder_.rtp[i]), static_cast<std::uint16_t>(65534 + i));
    }
  }

  media::ParamsPtr params_;
  Recorder recorder_;
  rtsp::SetUpTrack track_{0, {true, 0, 1, 0, 0}, 0xABCD, 65534, 1000};
  Playback playback_{std::span(&track_, 1), recorder_, 1};
  Ticks now_{0};
};

TEST_F(PlaybackTest, BeginsAtAKeyFrameAndGoesOnWithoutAGap) {
  play(5, 14);
  EXPECT_EQ(pictures(), (std::vector<int>{10, 11, 12, 13, 14}));
  expect_sequence_without_gap();
  EXPECT_EQ(recorder_.rtp[0].timestamp, 1000u + 90000u);
  EXPECT_EQ(word(recorder_.rtp[0].bytes, 8), 0xABCDu);
}

TEST_F(PlaybackTest, AReportComesEachSecondAndMapsRtpToWallTime) {
  play(0, 30);
  ASSERT_EQ(recorder_.reports.size(), 4u);
  const auto& report = recorder_.reports[2];
  EXPECT_EQ(report[1], 200);                             // sender report
  EXPECT_EQ(word(report, 8), 1000u + 2u + 2208988800u);  // NTP seconds of wall time 1002
  EXPECT_EQ(word(report, 16), 1000u + 2u * 90000u);      // RTP time of the same moment
  EXPECT_EQ(playback_.next_tick(), Ticks(4 * 90000));
}

TEST_F(PlaybackTest, SilenceStopsEverythingAndEndsAtAKeyFrame) {
  play(0, 4);
  auto reports = recorder_.reports.size();
  play(5, 24, {FaultKind::Silence, 0});
  EXPECT_EQ(recorder_.rtp.size(), 5u);
  EXPECT_EQ(recorder_.reports.size(), reports);
  play(25, 31);
  EXPECT_EQ(pictures(), (std::vector<int>{0, 1, 2, 3, 4, 30, 31}));
  expect_sequence_without_gap();
}

TEST_F(PlaybackTest, RtcpOnlyStillReports) {
  play(0, 20, {FaultKind::RtcpOnly, 0});
  EXPECT_TRUE(recorder_.rtp.empty());
  EXPECT_EQ(recorder_.reports.size(), 3u);
}

TEST_F(PlaybackTest, FrozenRepeatsOnePictureWhileTimeGoesOn) {
  play(0, 3);
  play(4, 15, {FaultKind::Frozen, 0});
  play(16, 21);
  std::vector<int> expected{0, 1, 2, 3};
  expected.resize(4 + 16, 0);  // 4 to 15 frozen, 16 to 19 still: no key frame yet
  expected.insert(expected.end(), {20, 21});
  EXPECT_EQ(pictures(), expected);
  for (std::size_t i = 0; i < recorder_.rtp.size(); ++i) EXPECT_EQ(recorder_.rtp[i].timestamp, 1000 + i * 9000);
}

TEST_F(PlaybackTest, AClientThatComesWhileFrozenSeesOnePicture) {
  play(5, 22, {FaultKind::Frozen, 0});
  EXPECT_EQ(pictures(), std::vector<int>(13, 10));
}

TEST_F(PlaybackTest, NoKeyframeLeavesThemOut) {
  play(0, 21, {FaultKind::NoKeyframe, 0});
  auto shown = pictures();
  EXPECT_EQ(shown.size(), 19u);
  for (int number : shown) EXPECT_NE(number % 10, 0);
}

TEST_F(PlaybackTest, UdpLossTakesAboutItsPercentAndLeavesTcpAlone) {
  play(0, 1999, {FaultKind::UdpLoss, 30});
  EXPECT_EQ(recorder_.rtp.size(), 2000u);
  Recorder udp;
  auto track = track_;
  track.transport = {false, 0, 1, 5000, 5001};
  Playback lossy(std::span(&track, 1), udp, 1);
  for (int i = 0; i < 2000; ++i) lossy.unit(0, picture(i), {FaultKind::UdpLoss, 30}, {Ticks(i * 9000), {}});
  EXPECT_GT(udp.rtp.size(), 1300u);
  EXPECT_LT(udp.rtp.size(), 1500u);
}

TEST_F(PlaybackTest, JitterDelaysButKeepsOrderAndTimestamps) {
  const Fault fault{FaultKind::Jitter, 300};
  std::vector<Ticks> late;
  for (int i = 0; i < 100; ++i) {
    playback_.unit(0, picture(i), fault, {Ticks(i * 9000), {}});
    for (auto now = Ticks(i * 9000); now < Ticks((i + 1) * 9000); now += Ticks(90)) {
      auto before = recorder_.rtp.size();
      playback_.tick(fault, {now, {}});
      for (auto n = before; n < recorder_.rtp.size(); ++n)
        late.push_back(now - Ticks(recorder_.rtp[n].timestamp - 1000));
    }
  }
  ASSERT_GT(late.size(), 90u);
  auto worst = *std::max_element(late.begin(), late.end());
  EXPECT_GT(worst, Ticks(9000));
  EXPECT_LE(worst, Ticks(27000 + 90));
  auto shown = pictures();
  EXPECT_TRUE(std::is_sorted(shown.begin(), shown.end()));
  expect_sequence_without_gap();
}

TEST_F(PlaybackTest, WhatJitterHeldBackIsSentWhenItEnds) {
  play(0, 9, {FaultKind::Jitter, 10000});
  play(10, 120);
  EXPECT_EQ(pictures().size(), 121u);
  expect_sequence_without_gap();
}

TEST_F(PlaybackTest, ClockJumpMovesRtpAndNtpAlike) {
  play(0, 9);
  play(10, 19, {FaultKind::ClockJump, 3600});
  play(20, 29);
  EXPECT_EQ(recorder_.rtp[10].timestamp - recorder_.rtp[9].timestamp, 9000u + 3600u * 90000u);
  EXPECT_EQ(recorder_.rtp[20].timestamp - recorder_.rtp[9].timestamp, 11u * 9000u) << "and back";
  EXPECT_EQ(word(recorder_.reports[1], 8) - word(recorder_.reports[0], 8), 3601u);
  expect_sequence_without_gap();
}

TEST_F(PlaybackTest, SlowTrickleSendsOnePacketInItsTime) {
  const Fault fault{FaultKind::SlowTrickle, 2};
  playback_.unit(0, picture(0, 5000), fault, {Ticks(0), {}});
  for (int i = 1; i <= 60; ++i) {
    playback_.unit(0, picture(i), fault, {Ticks(i * 9000), {}});
    playback_.tick(fault, {Ticks(i * 9000), {}});
  }
  EXPECT_EQ(recorder_.rtp.size(), 4u);  // at 0, 2, 4, 6 s
  playback_.tick({}, {Ticks(61 * 9000), {}});
  now_ = Ticks(62 * 9000);
  play(62, 71);
  expect_sequence_without_gap();
  EXPECT_EQ(pictures().back(), 71);
}

TEST_F(PlaybackTest, ResetBreaksOffOnceAfterItsTime) {
  play(0, 29, {FaultKind::Reset, 1.5});
  EXPECT_EQ(recorder_.broken, 1);
  EXPECT_EQ(pictures().back(), 14);
  EXPECT_FALSE(playback_.next_tick().has_value());
}

TEST_F(PlaybackTest, ATrackThatWasNotSetUpIsIgnored) {
  playback_.unit(1, picture(0), {}, {Ticks(0), {}});
  EXPECT_TRUE(recorder_.rtp.empty());
}

}  // namespace
}  // namespace vigil::sim
