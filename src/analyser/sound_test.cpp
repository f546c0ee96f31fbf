#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

#include "analyser/analysers.h"
#include "analyser/faulty_decoder_fake.h"
#include "analyser/listener_fake.h"
#include "analyser/remote_camera.h"
#include "media/sample.h"

// Sound goes to a child and comes back as Opus.

namespace vigil::analyser {
namespace {

using namespace std::chrono_literals;

Config child_config() {
  Config out;
  out.arguments = {"analyser_test", "analyse"};
  out.threads = 2;
  return out;
}

pipeline::AnalystConfig sound(std::string id) {
  pipeline::AnalystConfig out;
  out.camera_id = std::move(id);
  out.analysis.motion.enabled = false;
  out.sound = true;
  return out;
}

std::vector<media::PacketPtr> tone(int frames) {
  auto made = media::sample_packets({.codec = media::Codec::Aac, .frames = frames});
  EXPECT_TRUE(made.ok());
  std::vector<media::PacketPtr> out;
  for (auto& packet : *made) {
    packet.sequence = out.size() + 1;
    packet.track = 1;
    out.push_back(std::make_shared<const media::Packet>(std::move(packet)));
  }
  return out;
}

media::PacketPtr crashing(std::uint64_t sequence) {
  static const auto params = std::make_shared<const media::CodecParams>(
      media::CodecParams{.kind = media::TrackKind::Audio, .codec = media::Codec::Mp3});
  auto out = std::make_shared<media::Packet>();
  out->sequence = sequence;
  out->params = params;
  out->data = media::SharedBytes(std::vector<std::uint8_t>(10, kCrash));
  return out;
}

TEST(AnalyserSound, AacGoesInAndOpusComesBack) {
  Analysers analysers(child_config(), nullptr, system_clock());
  Listener listener;
  const auto analyst = analysers.open(sound("a"), listener);
  const auto in = tone(100);
  for (const auto& packet : in) ASSERT_TRUE(send(*analyst, listener, packet, {.epoch = 7}));
  ASSERT_TRUE(listener.wait_done(100));
  for (const auto& outcome : listener.outcomes()) {
    EXPECT_FALSE(outcome.failed);
    EXPECT_EQ(outcome.epoch, 7u);
  }
  const auto out = listener.sounded();
  ASSERT_GT(out.size(), 95u);
  EXPECT_TRUE(out.front().discontinuity);
  for (std::size_t i = 0; i < out.size(); ++i) {
    EXPECT_EQ(*out[i].params, media::opus_params(1));
    EXPECT_EQ(out[i].pts - out.front().pts, media::kOpusStep * static_cast<std::int64_t>(i));
  }
  EXPECT_LE(out.front().pts, in.front()->pts);
  EXPECT_EQ(out.front().received, in.front()->received);
  const auto children = analysers.figures().children;
  ASSERT_EQ(children.size(), 1u);
  EXPECT_EQ(children[0].cameras, 0u);
  EXPECT_EQ(children[0].sounds, 1u);
}

TEST(AnalyserSound, AChildThatDiesIsReplacedAndTheSoundGoesOn) {
  bus::Bus bus;
  auto events = bus.subscribe("test", 10);
  Analysers analysers(child_config(), &bus, system_clock());
  Listener listener;
  const auto analyst = analysers.open(sound("a"), listener);
  const auto in = tone(60);
  for (std::size_t i = 0; i < 30; ++i) ASSERT_TRUE(send(*analyst, listener, in[i]));
  ASSERT_TRUE(listener.wait_done(30));
  const auto before = listener.sounded();
  ASSERT_TRUE(send(*analyst, listener, crashing(31)));
  ASSERT_TRUE(listener.wait_lost(1));
  for (std::size_t i = 31; i < 60; ++i) ASSERT_TRUE(send(*analyst, listener, in[i]));
  ASSERT_TRUE(listener.wait_done(59));
  const auto after = listener.sounded();
  ASSERT_GT(after.size(), before.size() + 20);
  EXPECT_TRUE(after[before.size()].discontinuity);
  EXPECT_GT(after[before.size()].pts, before.back().pts);
  EXPECT_EQ(analysers.figures().died, 1u);
  // What is wrong with sound says nothing about pictures.
  for (std::uint64_t n = 2; n <= 4; ++n) {
    ASSERT_TRUE(send(*analyst, listener, crashing(100 + n)));
    ASSERT_TRUE(listener.wait_lost(n));
  }
  EXPECT_TRUE(eventually([&] { return analysers.figures().suspended == 1; }));
  EXPECT_FALSE(events->pop({}, 0ms));
}

// What a child may say about sound, spoken by hand.
class SoundAnswers : public testing::Test {
 protected:
  SoundAnswers() {
    EXPECT_EQ(::socketpair(AF_UNIX, SOCK_STREAM, 0, pair_), 0);
    open(true);
  }
  ~SoundAnswers() override {
    camera_->close();
    ::close(pair_[0]);
    ::close(pair_[1]);
  }
  void open(bool is_sound) {
    auto config = sound("a");
    config.sound = is_sound;
    camera_ = std::make_unique<RemoteCamera>(1, config, listener_, system_clock(), [] {});
    camera_->attach(std::make_shared<Link>(pair_[0], [] {}));
    Message credit;
    credit.header.type = Type::Credit;
    credit.body = write(Credit{64, 2000, 1 << 20});
    EXPECT_TRUE(camera_->handle(std::move(credit)).ok());
    EXPECT_TRUE(camera_->send(in_[0], {}));
  }
  bool say(std::uint64_t sequence, Ticks pts, std::size_t bytes = 50, std::uint8_t channels = 1) {
    Message message;
    message.header.type = Type::Sounded;
    message.header.sequence = sequence;
    SoundedBody body;
    body.head.pts = body.head.dts = pts.count();
    body.channels = channels;
    message.body = write(body, Bytes(bytes, 1));
    return camera_->handle(std::move(message)).ok();
  }

  const std::vector<media::PacketPtr> in_ = tone(1);
  const Ticks at_ = in_[0]->pts;
  Listener listener_;
  std::unique_ptr<RemoteCamera> camera_;
  int pair_[2] = {-1, -1};
};

TEST_F(SoundAnswers, WhatBelongsToAPacketIsTaken) {
  EXPECT_TRUE(say(1, at_));
  EXPECT_TRUE(say(1, at_ + media::kOpusStep, 1275, 2));
  const auto heard = listener_.sounded();
  ASSERT_EQ(heard.size(), 2u);
  EXPECT_EQ(heard[1].params->channels, 2);
  EXPECT_EQ(heard[1].data.size(), 1275u);
  EXPECT_EQ(heard[1].received, in_[0]->received);
}

TEST_F(SoundAnswers, WhatNobodySentIsNot) {
  EXPECT_FALSE(say(2, at_));
}
TEST_F(SoundAnswers, TimesThatCannotBeAreNot) {
  EXPECT_FALSE(say(1, at_ + 1h));
}
TEST_F(SoundAnswers, NorTimesOfThePast) {
  EXPECT_FALSE(say(1, at_ - 10s));
}
TEST_F(SoundAnswers, NorTimesThatGoBack) {
  EXPECT_TRUE(say(1, at_));
  EXPECT_FALSE(say(1, at_));
}
TEST_F(SoundAnswers, NorWhatIsNoOpus) {
  EXPECT_FALSE(say(1, at_, 0));
  EXPECT_FALSE(say(1, at_, 1276));
  EXPECT_FALSE(say(1, at_, 50, 3));
  EXPECT_FALSE(say(1, at_, 50, 0));
}
TEST_F(SoundAnswers, NorMoreThanAPacketMayHold) {
  int taken = 0;
  while (taken < 10000 && say(1, at_ + taken * Ticks(1))) ++taken;
  EXPECT_LT(taken, 1000);
}
TEST_F(SoundAnswers, NorSoundOfPictures) {
  open(false);
  EXPECT_FALSE(say(1, at_));
}

}  // namespace
}  // namespace vigil::analyser
