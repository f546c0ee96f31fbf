#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <thread>

#include "live/webrtc.h"
#include "live/webrtc/client_fake.h"
#include "media/opus.h"
#include "media/sample.h"

// Sound that browsers do not take comes as Opus.

namespace vigil::live::webrtc {
namespace {

using namespace std::chrono_literals;
using media::Codec;
using testing::HasSubstr;

media::ParamsPtr audio(Codec codec, int rate, int channels = 1) {
  media::CodecParams params;
  params.kind = media::TrackKind::Audio;
  params.codec = codec;
  params.sample_rate = rate;
  params.channels = channels;
  return std::make_shared<const media::CodecParams>(params);
}

Result<Agreement> agree(const media::ParamsPtr& sound, bool opus, std::string offer = browser_offer()) {
  media::CodecParams video;
  video.extradata = {1, 0x42, 0xe0, 30};
  video.codec = Codec::H264;
  return negotiate(*parse_offer(offer), {{0, std::make_shared<const media::CodecParams>(video)}, {1, sound}}, opus);
}

TEST(MadeSound, WhatTheViewerDoesNotTakeBecomesOpus) {
  for (const auto& sound : {audio(Codec::Aac, 16000), audio(Codec::Flac, 48000, 2), audio(Codec::Pcmu, 16000)}) {
    const auto agreed = agree(sound, true);
    ASSERT_TRUE(agreed.ok()) << agreed.error().message;
    ASSERT_TRUE(agreed->audio);
    EXPECT_TRUE(agreed->audio->made);
    EXPECT_EQ(agreed->audio->track, kMadeTrack);
    EXPECT_EQ(agreed->audio->format.payload_type, 111);
    EXPECT_FALSE(agree(sound, false)->audio) << "where nobody makes it";
  }
}

TEST(MadeSound, WhatTheViewerTakesStaysAsItIs) {
  for (const auto& sound : {audio(Codec::Pcma, 8000), audio(Codec::Opus, 48000, 2)}) {
    const auto agreed = agree(sound, true);
    ASSERT_TRUE(agreed.ok() && agreed->audio);
    EXPECT_FALSE(agreed->audio->made);
    EXPECT_EQ(agreed->audio->track, 1);
  }
}

TEST(MadeSound, WhoTakesNoOpusGetsThePictureAlone) {
  auto offer = browser_offer();
  offer.replace(offer.find("opus/48000/2"), 12, "G722/8000/01");
  const auto agreed = agree(audio(Codec::Aac, 48000), true, offer);
  ASSERT_TRUE(agreed.ok()) << agreed.error().message;
  EXPECT_FALSE(agreed->audio);
  EXPECT_THAT(agreed->why_no_audio, HasSubstr("aac"));
}

class MadeSoundAgent : public testing::Test {
 protected:
  MadeSoundAgent() {
    auto pictures = media::sample_packets({.codec = Codec::H264, .frames = 25, .key_interval = 25});
    auto sound = media::sample_packets({.codec = Codec::Aac, .frames = 50});
    auto made = media::sample_packets({.codec = Codec::Opus, .frames = 50});
    EXPECT_TRUE(pictures.ok() && sound.ok() && made.ok());
    pictures_ = *pictures;
    sound_ = *sound;
    made_ = *made;
    EXPECT_TRUE(agent_.start().ok());
    for (const auto& packet : pictures_) publish(packet);
    hear(0);
  }

  void publish(media::Packet packet) {
    packet.received = system_clock().wall();
    packet.discontinuity = false;
    packet.pts += 1h;
    packet.dts = packet.pts;
    source_->publish(std::move(packet));
  }
  // The sound at so many times 20 ms: of the camera, and as it was made.
  void hear(int at) {
    auto packet = sound_[0];
    packet.track = 1;
    packet.pts = at * media::kOpusStep;
    publish(packet);
    auto opus = made_[static_cast<std::size_t>(at) % made_.size()];
    opus.track = 1;
    opus.pts = opus.dts = at * media::kOpusStep + 1h;
    opus.received = system_clock().wall();
    opus.params = std::make_shared<const media::CodecParams>(media::opus_params(1));
    opus_->publish(opus);
  }
  Result<Agent::Accepted> accept(const ClientFake& client, bool may = true) {
    Agent::Offered offered;
    offered.camera = "cam";
    offered.user = "anna";
    offered.stream = source_;
    offered.sdp = client.offer();
    offered.opus = [this, may] {
      if (!may) return Agent::Sound{};
      auto hold = hold_.lock();
      if (!hold) hold_ = hold = std::make_shared<const int>(0);
      return Agent::Sound{opus_, hold};
    };
    return agent_.accept(std::move(offered), {});
  }

  std::vector<media::Packet> pictures_, sound_, made_;
  std::shared_ptr<stream::Stream> source_ = std::make_shared<stream::Stream>(),
                                  opus_ = std::make_shared<stream::Stream>();
  std::weak_ptr<const int> hold_;
  Agent agent_{[] {
                 Config config;
                 config.port = 0;
                 return config;
               }(),
               system_clock()};
};

TEST_F(MadeSoundAgent, ItComesBesideThePictureWithItsOwnTimes) {
  ClientFake client;
  const auto accepted = accept(client);
  ASSERT_TRUE(accepted.ok()) << accepted.error().message;
  EXPECT_THAT(accepted->answer, HasSubstr("m=audio 9 UDP/TLS/RTP/SAVPF 111\r\n"));
  ASSERT_TRUE(client.take(accepted->answer) && client.open() && client.connect());
  int at = 1;
  std::vector<ClientFake::Packet> heard;
  while (heard.size() < 5 && at < 500) {
    hear(at++);
    while (auto packet = client.next(heard.empty() ? 20 : 2000)) {
      if (packet->header.payload_type != 111) continue;
      heard.push_back(std::move(*packet));
      break;
    }
  }
  ASSERT_EQ(heard.size(), 5u);
  for (std::size_t i = 1; i < heard.size(); ++i) {
    const auto steps = static_cast<std::uint16_t>(heard[i].header.sequence - heard[i - 1].header.sequence);
    EXPECT_EQ(heard[i].header.timestamp - heard[i - 1].header.timestamp, 960u * steps);
  }
  const auto& payload = heard[0].payload;
  EXPECT_TRUE(std::any_of(made_.begin(), made_.end(), [&](const auto& packet) {
    return std::equal(payload.begin(), payload.end(), packet.data.view().begin(), packet.data.view().end());
  })) << "the bytes of the Opus packet and nothing else";
  EXPECT_FALSE(hold_.expired());
}

TEST_F(MadeSoundAgent, ItIsLetGoOfWithTheLastWhoListens) {
  ClientFake first, second;
  for (auto* client : {&first, &second}) {
    const auto accepted = accept(*client);
    ASSERT_TRUE(accepted.ok());
    ASSERT_TRUE(client->take(accepted->answer) && client->open() && client->connect());
  }
  const auto comes_true = [](const std::function<bool()>& condition) {
    for (int i = 0; i < 3000 && !condition(); ++i) std::this_thread::sleep_for(10ms);
    return condition();
  };
  first.hang_up();
  ASSERT_TRUE(comes_true([&] { return agent_.figures().sessions == 1; }));
  EXPECT_FALSE(hold_.expired());
  second.hang_up();
  EXPECT_TRUE(comes_true([&] { return hold_.expired(); }));
}

TEST_F(MadeSoundAgent, WhereTooMuchIsMadeThePictureComesAlone) {
  ClientFake client;
  const auto accepted = accept(client, false);
  ASSERT_TRUE(accepted.ok());
  EXPECT_THAT(accepted->answer, HasSubstr("m=audio 0 "));
  EXPECT_TRUE(client.take(accepted->answer) && client.open() && client.connect());
}

}  // namespace
}  // namespace vigil::live::webrtc
