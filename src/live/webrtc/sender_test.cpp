#include "live/webrtc/sender.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "live/rtp/header.h"
#include "live/webrtc/offer_fake.h"
#include "media/sample.h"

namespace vigil::live::webrtc {
namespace {

using namespace std::chrono_literals;

struct Collected final : Outlet {
  struct One {
    rtp::Header header;
    std::vector<std::uint8_t> bytes;
    std::size_t payload = 0;
  };
  bool ready() const override { return open; }
  void rtp(std::span<std::uint8_t> buffer, std::size_t size) override {
    const auto parsed = rtp::parse(buffer.first(size));
    ASSERT_TRUE(parsed);
    packets.push_back(
        {parsed->header, {buffer.begin(), buffer.begin() + static_cast<std::ptrdiff_t>(size)}, parsed->payload.size()});
  }
  void rtcp(std::vector<std::uint8_t> packet) override { reports.push_back(std::move(packet)); }

  // RTP times of the pictures, in the order in which they were begun.
  std::vector<std::uint32_t> times() const {
    std::vector<std::uint32_t> out;
    for (const auto& one : packets) {
      if (out.empty() || out.back() != one.header.timestamp) out.push_back(one.header.timestamp);
    }
    return out;
  }
  bool open = true;
  std::vector<One> packets;
  std::vector<std::vector<std::uint8_t>> reports;
};

class SenderTest : public testing::Test {
 protected:
  SenderTest() {
    auto made = media::sample_packets({.codec = media::Codec::H264, .frames = 60, .key_interval = 20});
    EXPECT_TRUE(made.ok());
    packets_ = *made;
    auto offer = parse_offer(browser_offer());
    auto agreed = negotiate(*offer, {{0, packets_[0].params}});
    EXPECT_TRUE(agreed.ok());
    agreement_ = *agreed;
    agreement_.video->ssrc = 1000;
    agreement_.video->rtx_ssrc = 2000;
  }

  // The next packets of the sample, each 40 ms after the one before, as they come from the camera.
  void publish(int count, std::optional<int> key_every = {}) {
    for (int i = 0; i < count; ++i) {
      auto packet = packets_[static_cast<std::size_t>(next_ % 60)];
      packet.pts = packet.dts = Ticks(3600 * next_);
      packet.received = WallTime(1'700'000'000s) + 40ms * next_;
      packet.discontinuity = false;
      if (key_every) packet.key = next_ % *key_every == 0;
      stream_->publish(packet);
      ++next_;
    }
    EXPECT_TRUE(feed_.pump());
    wall_ = WallTime(1'700'000'000s) + 40ms * next_;
  }

  // Runs the sender until it has nothing more to send; the time that this took.
  Nanos run(Sender& sender) {
    const auto from = now_;
    for (int i = 0; i < 10000; ++i) {
      auto again = sender.run(feed_, now_, wall_, out_);
      if (!again) return now_ - from;
      EXPECT_GT(*again, now_);
      now_ = *again;
    }
    ADD_FAILURE() << "never done";
    return {};
  }

  std::vector<media::Packet> packets_;
  Agreement agreement_;
  std::shared_ptr<stream::Stream> stream_ = std::make_shared<stream::Stream>();
  Feed feed_{stream_, nullptr};
  Collected out_;
  SteadyTime now_{1h};
  WallTime wall_{};
  int next_ = 0;
};

TEST_F(SenderTest, TheFirstPacketIsOfTheNewestKeyFrameAndTheLastPictureIsLive) {
  publish(33);  // key frames 0 and 20
  Sender sender(agreement_, 0x12345678'00070005);
  run(sender);
  const auto times = out_.times();
  ASSERT_EQ(times.size(), 13u);
  EXPECT_EQ(times.back(), 32u * 3600 + 0x12345678) << "the newest picture has its own time";
  for (std::size_t i = 1; i < times.size(); ++i) EXPECT_EQ(times[i] - times[i - 1], 90u) << "a burst is rushed through";
  EXPECT_EQ(out_.packets[0].header.sequence, 5);
  EXPECT_EQ(out_.packets[0].header.ssrc, 1000u);
  publish(2);
  run(sender);
  EXPECT_EQ(out_.times().back() - times.back(), 2 * 3600u);
  for (std::size_t i = 1; i < out_.packets.size(); ++i) {
    EXPECT_EQ(out_.packets[i].header.sequence, static_cast<std::uint16_t>(out_.packets[i - 1].header.sequence + 1));
  }
}

TEST_F(SenderTest, NothingIsSentBeforeThereIsAKeyFrame) {
  Sender sender(agreement_, 1);
  EXPECT_FALSE(sender.run(feed_, now_, wall_, out_));
  EXPECT_TRUE(out_.packets.empty());
  publish(1);
  run(sender);
  EXPECT_FALSE(out_.packets.empty());
}

TEST_F(SenderTest, KeyFramesSayHowLongAPlayerMayWait) {
  publish(2);
  Sender sender(agreement_, 1);
  run(sender);
  EXPECT_EQ(out_.packets[0].bytes[0], 0x90);
  EXPECT_THAT(std::vector<std::uint8_t>(out_.packets[0].bytes.begin() + 12, out_.packets[0].bytes.begin() + 20),
              testing::ElementsAre(0xbe, 0xde, 0, 1, 5 << 4 | 2, 0, 0, 20));
  EXPECT_EQ(out_.packets.back().bytes[0], 0x80);
}

TEST_F(SenderTest, WhatIsSentAtOnceIsBounded) {
  auto big = packets_[0];
  std::vector<std::uint8_t> nal(600'000, 0x55);
  nal[0] = 0x00, nal[1] = 0x09, nal[2] = 0x27, nal[3] = 0xbc;  // 600000 - 4
  nal[4] = 0x65;
  big.data = media::SharedBytes(nal);
  big.received = WallTime(1'700'000'000s);
  stream_->publish(big);
  ASSERT_TRUE(feed_.pump());
  Sender sender(agreement_, 1);
  ASSERT_TRUE(sender.run(feed_, now_, wall_, out_));
  EXPECT_LT(out_.packets.size(), 120u);
  const auto took = run(sender);
  EXPECT_GT(took, 60ms);
  EXPECT_LT(took, 300ms) << "the first picture is there in time";
  EXPECT_TRUE(out_.packets.back().header.marker);
}

TEST_F(SenderTest, WhoIsLateGoesOnAtTheNewestKeyFrameAndItIsCounted) {
  publish(5);
  Sender sender(agreement_, 1);
  run(sender);
  const auto before = out_.packets.size();
  out_.open = false;
  publish(50);  // key frames 20 and 40
  EXPECT_FALSE(sender.run(feed_, now_, wall_, out_));
  EXPECT_EQ(out_.packets.size(), before);
  out_.open = true;
  run(sender);
  EXPECT_EQ(sender.figures().skipped_pictures, 35u);  // 5 to 39
  const auto times = out_.times();
  ASSERT_EQ(times.size(), 5u + 15u);
  EXPECT_EQ(times.back(), 54u * 3600);
  EXPECT_TRUE(std::is_sorted(times.begin(), times.end()));
  publish(1);
  run(sender);
  EXPECT_EQ(out_.times().back(), 55u * 3600);
}

TEST_F(SenderTest, ALostPacketIsSentAgainInItsOwnStream) {
  publish(3);
  Sender sender(agreement_, 0x10005);
  run(sender);
  const auto lost = out_.packets[1];
  out_.packets.clear();
  rtp::Received nack;
  nack.lost = {{1000, lost.header.sequence}};
  sender.received(nack, feed_, now_, wall_, out_);
  ASSERT_EQ(out_.packets.size(), 1u);
  const auto& again = out_.packets[0];
  EXPECT_EQ(again.header.ssrc, 2000u);
  EXPECT_EQ(again.header.payload_type, *agreement_.video->rtx);
  EXPECT_EQ(again.header.sequence, 1);
  EXPECT_EQ(again.header.timestamp, lost.header.timestamp);
  EXPECT_EQ(again.header.marker, lost.header.marker);
  EXPECT_EQ(again.payload, lost.payload + 2);
  const auto head = again.bytes.size() - again.payload;
  EXPECT_EQ(again.bytes[head] << 8 | again.bytes[head + 1], lost.header.sequence);
  EXPECT_TRUE(std::equal(lost.bytes.end() - static_cast<std::ptrdiff_t>(lost.payload), lost.bytes.end(),
                         again.bytes.begin() + static_cast<std::ptrdiff_t>(head + 2)));
  sender.received(nack, feed_, now_, wall_, out_);
  EXPECT_EQ(out_.packets.size(), 1u) << "not twice at once";
  now_ += 100ms;
  sender.received(nack, feed_, now_, wall_, out_);
  EXPECT_EQ(out_.packets.size(), 2u);
  EXPECT_EQ(sender.figures().retransmitted, 2u);
  EXPECT_EQ(sender.figures().lost_reports, 3u);
}

TEST_F(SenderTest, WithoutAStreamOfItsOwnALostPacketIsSentJustAsItWas) {
  agreement_.video->rtx.reset();
  publish(3);
  Sender sender(agreement_, 5);
  run(sender);
  const auto lost = out_.packets[0];
  rtp::Received nack;
  nack.lost = {{1000, lost.header.sequence}, {1000, 999}, {4711, lost.header.sequence}};
  sender.received(nack, feed_, now_, wall_, out_);
  EXPECT_EQ(out_.packets.back().bytes, lost.bytes);
  EXPECT_EQ(sender.figures().retransmitted, 1u);
  EXPECT_EQ(sender.figures().not_retransmitted, 1u) << "999 was never sent";
}

TEST_F(SenderTest, AskingForEverythingAgainAndAgainIsBounded) {
  publish(60);
  Sender sender(agreement_, 5);
  run(sender);
  const auto sent = out_.packets.size();
  out_.packets.clear();
  rtp::Received nack;
  for (int i = 0; i < 1000; ++i)
    nack.lost.push_back({1000, static_cast<std::uint16_t>(5 + i % static_cast<int>(sent))});
  for (int round = 0; round < 100; ++round) {
    now_ += 1ms;
    sender.received(nack, feed_, now_, wall_, out_);
  }
  std::size_t bytes = 0;
  for (const auto& one : out_.packets) bytes += one.bytes.size();
  EXPECT_LT(bytes, 500'000u);
}

TEST_F(SenderTest, ARequestForAPictureIsAnsweredFromTheCacheAndTimeGoesOn) {
  publish(30);
  Sender sender(agreement_, 5);
  run(sender);
  const auto before = out_.times();
  now_ += 2s;
  rtp::Received pli;
  pli.picture_requests = {1000, 1000};
  sender.received(pli, feed_, now_, wall_, out_);
  run(sender);
  const auto times = out_.times();
  ASSERT_EQ(times.size(), before.size() + 10) << "pictures 20 to 29 again";
  EXPECT_TRUE(std::is_sorted(times.begin(), times.end()));
  EXPECT_EQ(std::adjacent_find(times.begin(), times.end()), times.end());
  EXPECT_LT(times.back(), before.back() + 3600) << "not later than the next picture";
  sender.received(pli, feed_, now_, wall_, out_);
  run(sender);
  EXPECT_EQ(out_.times().size(), times.size()) << "not again at once";
  EXPECT_EQ(sender.figures().picture_requests, 4u);
  publish(1);
  run(sender);
  EXPECT_EQ(out_.times().back(), 30u * 3600);
}

TEST_F(SenderTest, ReportsTieTheClockOfThePicturesToTheWorlds) {
  publish(3);
  Sender sender(agreement_, 0x1'00000000);
  run(sender);
  run(sender);
  ASSERT_EQ(out_.reports.size(), 1u) << "one a second";
  const auto& report = out_.reports[0];
  auto word = [&](std::size_t at) {
    return static_cast<std::uint32_t>(report[at]) << 24 | report[at + 1] << 16 | report[at + 2] << 8 | report[at + 3];
  };
  EXPECT_EQ(word(8), 1'700'000'000u + 2'208'988'800u);
  // The wall clock says 120 ms; the stream began at 0.
  EXPECT_NEAR(word(16), 3 * 3600 + 1, 20);
  EXPECT_EQ(word(20), out_.packets.size());
  EXPECT_EQ(sender.picture_time(feed_, wall_), word(16));
  now_ += 1s;
  run(sender);
  EXPECT_EQ(out_.reports.size(), 2u);
}

TEST_F(SenderTest, AClockThatBeginsAnewDoesNotGoBackForTheViewer) {
  next_ = 1000;
  publish(3);
  Sender sender(agreement_, 1);
  run(sender);
  const auto before = out_.times().back();
  next_ = 0;
  publish(3);
  run(sender);
  const auto times = out_.times();
  EXPECT_EQ(times[times.size() - 3], before + 1);
  EXPECT_EQ(times.back(), before + 1 + 2 * 3600) << "and pictures are as far apart as they were";
}

TEST_F(SenderTest, AnotherCodecEndsIt) {
  publish(3);
  Sender sender(agreement_, 1);
  run(sender);
  auto params = *packets_[0].params;
  params.codec = media::Codec::H265;
  auto packet = packets_[0];
  packet.params = std::make_shared<const media::CodecParams>(params);
  packet.pts = Ticks(3600 * next_);
  stream_->publish(packet);
  feed_.pump();
  run(sender);
  EXPECT_EQ(sender.fault(), Sender::Fault::CodecChanged);
}

TEST_F(SenderTest, BFramesEndIt) {
  publish(3);
  Sender sender(agreement_, 1);
  run(sender);
  auto params = *packets_[0].params;
  params.reorder_depth = 2;
  auto packet = packets_[0];
  packet.params = std::make_shared<const media::CodecParams>(params);
  packet.pts = Ticks(3600 * next_);
  stream_->publish(packet);
  feed_.pump();
  run(sender);
  EXPECT_EQ(sender.fault(), Sender::Fault::Reordered);
}

TEST_F(SenderTest, SoundBeginsWhereThePictureIsLive) {
  auto params = std::make_shared<media::CodecParams>();
  params->kind = media::TrackKind::Audio;
  params->codec = media::Codec::Pcmu;
  params->sample_rate = 8000;
  params->channels = 1;
  auto sound = [&](int at) {
    media::Packet packet;
    packet.track = 1;
    packet.params = params;
    packet.pts = packet.dts = Ticks(3600 * at);
    packet.received = WallTime(1'700'000'000s) + 40ms * at;
    packet.key = true;
    packet.data = media::SharedBytes(std::vector<std::uint8_t>(320, 1));
    stream_->publish(packet);
  };
  agreement_.audio = SentTrack{};
  agreement_.audio->track = 1;
  agreement_.audio->ssrc = 3000;
  agreement_.audio->format.payload_type = 0;
  publish(3);
  sound(2);
  feed_.pump();
  Sender sender(agreement_, 1);
  run(sender);
  for (const auto& one : out_.packets) EXPECT_EQ(one.header.ssrc, 1000u);
  sound(3);
  feed_.pump();
  run(sender);
  EXPECT_EQ(out_.packets.back().header.ssrc, 3000u);
  EXPECT_EQ(out_.packets.back().payload, 320u);
}

TEST_F(SenderTest, TheFeedKeepsTheNewestGroupAndALittleOfTheOneBefore) {
  publish(200, 100);
  EXPECT_LE(feed_.end() - feed_.begin(), 200u);
  publish(1, 100);  // a key frame: 100 to 199 stay
  ASSERT_TRUE(feed_.newest_key());
  EXPECT_EQ(feed_.end() - *feed_.newest_key(), 1u);
  EXPECT_EQ(feed_.end() - feed_.begin(), 101u);
  publish(60, 100);
  publish(40, 100);
  publish(60, 100);
  EXPECT_EQ(feed_.begin(), 201u) << "the groups before the last two are gone";
  stream_->close();
  EXPECT_FALSE(feed_.pump());
}

}  // namespace
}  // namespace vigil::live::webrtc
