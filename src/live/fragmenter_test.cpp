#include "live/fragmenter.h"

#include <gtest/gtest.h>

#include "live/packets_fake.h"

namespace vigil::live {
namespace {

using media::PacketPtr;

PacketPtr shared(media::Packet packet) {
  return std::make_shared<const media::Packet>(std::move(packet));
}

constexpr Ticks kStep = std::chrono::milliseconds(40);

TEST(Fragmenter, EachPictureIsAFragmentOfItsOwn) {
  CameraFake camera;
  Fragmenter fragmenter;
  for (int i = 0; i < 50; ++i) {
    auto packet = shared(camera.picture());
    auto fragment = fragmenter.push(packet);
    ASSERT_NE(fragment, nullptr);
    EXPECT_EQ(fragment->sequence, static_cast<std::uint64_t>(i + 1));
    EXPECT_EQ(fragment->start, i * kStep);
    EXPECT_EQ(fragment->duration, kStep);
    EXPECT_EQ(fragment->key, i % 25 == 0);
    EXPECT_EQ(fragment->discontinuity, i == 0);
    EXPECT_EQ(fragment->before, static_cast<std::uint64_t>(i));
    EXPECT_EQ(fragment->zero, WallTime(std::chrono::milliseconds(1'700'000'000'000)));
    ASSERT_EQ(fragment->pieces.size(), 2u);
    EXPECT_EQ(fragment->pieces[1].data(), packet->data.data()) << "the payload is shared, not copied";
  }
}

TEST(Fragmenter, NothingComesBeforeTheFirstKeyFrame) {
  CameraFake camera;
  Fragmenter fragmenter;
  camera.picture();
  EXPECT_EQ(fragmenter.push(shared(camera.picture())), nullptr);
  EXPECT_EQ(fragmenter.push(shared(camera.sound())), nullptr);
  camera.restart_group();
  EXPECT_NE(fragmenter.push(shared(camera.picture())), nullptr);
}

TEST(Fragmenter, SoundTravelsWithThePictureAfterIt) {
  CameraFake camera;
  Fragmenter fragmenter;
  fragmenter.expect({{0, camera.video}, {1, sound_params()}});
  auto first = fragmenter.push(shared(camera.picture()));
  EXPECT_EQ(first->init->codecs, "avc1.64001e,mp4a.40.2");
  EXPECT_TRUE(first->init->sound);
  EXPECT_EQ(fragmenter.push(shared(camera.sound())), nullptr);
  auto second = fragmenter.push(shared(camera.picture()));
  EXPECT_EQ(second->pieces.size(), 3u);
  EXPECT_EQ(second->init, first->init);
}

TEST(Fragmenter, SoundThatComesLaterWaitsForAKeyFrame) {
  CameraFake camera;
  Fragmenter fragmenter;
  auto first = fragmenter.push(shared(camera.picture()));
  EXPECT_FALSE(first->init->sound);
  InitPtr init;
  for (int i = 1; i < 30; ++i) {
    fragmenter.push(shared(camera.sound()));
    auto fragment = fragmenter.push(shared(camera.picture()));
    EXPECT_EQ(fragment->init->sound, i >= 25) << i;
    EXPECT_EQ(fragment->discontinuity, i == 25) << i;
  }
}

TEST(Fragmenter, SoundThatFallsSilentIsLeftOutFromTheNextKeyFrameOn) {
  CameraFake camera;
  Fragmenter fragmenter;
  fragmenter.expect({{1, sound_params()}});
  FragmentPtr last;
  for (int i = 0; i < 80; ++i) last = fragmenter.push(shared(camera.picture()));
  EXPECT_FALSE(last->init->sound) << "a player would wait for it for ever";
}

TEST(Fragmenter, SoundDoesNotWaitForASlowCamera) {
  CameraFake camera(5000);
  Fragmenter fragmenter;
  fragmenter.expect({{1, sound_params()}});
  fragmenter.push(shared(camera.picture()));
  camera.now -= 5000;
  int alone = 0;
  for (int i = 0; i < 100; ++i) {
    camera.now += 20;
    if (auto fragment = fragmenter.push(shared(camera.sound()))) {
      EXPECT_EQ(fragment->pictures, 0);
      EXPECT_FALSE(fragment->key);
      ++alone;
    }
  }
  EXPECT_GE(alone, 5);
}

TEST(Fragmenter, TimeGoesOnWhenTheCamerasJumps) {
  CameraFake camera;
  Fragmenter fragmenter;
  FragmentPtr last;
  for (int i = 0; i < 25; ++i) last = fragmenter.push(shared(camera.picture()));
  const auto before = last->start;
  camera.camera_clock = -3'600'000;  // an hour back
  camera.now += 2000;                // after two seconds of silence
  camera.restart_group();
  auto fragment = fragmenter.push(shared(camera.picture()));
  EXPECT_TRUE(fragment->discontinuity);
  EXPECT_EQ(fragment->start, before + kStep + std::chrono::seconds(2));
  EXPECT_EQ(fragmenter.push(shared(camera.picture()))->discontinuity, false);
}

TEST(Fragmenter, APauseIsNotTakenForALongPicture) {
  CameraFake camera;
  Fragmenter fragmenter;
  for (int i = 0; i < 10; ++i) fragmenter.push(shared(camera.picture()));
  camera.now += 5000;
  auto after = fragmenter.push(shared(camera.picture()));
  EXPECT_TRUE(after->discontinuity);
  EXPECT_EQ(after->duration, kStep);
  EXPECT_EQ(after->start, 10 * kStep + std::chrono::seconds(5));
}

TEST(Fragmenter, ACameraThatIsAlwaysSlowHasLongPictures) {
  CameraFake camera(5000);
  Fragmenter fragmenter;
  for (int i = 0; i < 3; ++i) fragmenter.push(shared(camera.picture()));
  auto fragment = fragmenter.push(shared(camera.picture()));
  EXPECT_FALSE(fragment->discontinuity);
  EXPECT_EQ(fragment->duration, std::chrono::seconds(5));
}

TEST(Fragmenter, ATimeThatStandsStillIsPushedForward) {
  CameraFake camera;
  Fragmenter fragmenter;
  Ticks last{-1};
  for (int i = 0; i < 10; ++i) {
    auto packet = camera.picture();
    packet.dts = packet.pts = Ticks(4500);
    auto fragment = fragmenter.push(shared(packet));
    EXPECT_GT(fragment->start, last);
    last = fragment->start;
  }
}

TEST(Fragmenter, OtherParametersAreAnotherInit) {
  CameraFake camera;
  Fragmenter fragmenter;
  auto first = fragmenter.push(shared(camera.picture()));
  camera.video = video_params();  // told anew, but the same
  EXPECT_EQ(fragmenter.push(shared(camera.picture()))->init, first->init);
  camera.video = video_params(1280, 720, "avc1.64001f");
  camera.restart_group();
  auto other = fragmenter.push(shared(camera.picture()));
  EXPECT_TRUE(other->discontinuity);
  EXPECT_EQ(other->init->number, 2u);
  EXPECT_EQ(other->init->codecs, "avc1.64001f");
  EXPECT_EQ(other->init->width, 1280);
}

TEST(Fragmenter, WhatWasLostEndsAtTheNextKeyFrame) {
  CameraFake camera;
  Fragmenter fragmenter;
  fragmenter.push(shared(camera.picture()));
  fragmenter.lost();
  for (int i = 1; i < 25; ++i) EXPECT_EQ(fragmenter.push(shared(camera.picture())), nullptr);
  auto fragment = fragmenter.push(shared(camera.picture()));
  ASSERT_NE(fragment, nullptr);
  EXPECT_TRUE(fragment->discontinuity);
  EXPECT_EQ(fragment->start, 25 * kStep);
}

TEST(Fragmenter, SaysWhichCodecItCannotCarry) {
  CameraFake camera;
  auto packet = camera.picture();
  media::CodecParams jpeg;
  jpeg.codec = media::Codec::Mjpeg;
  packet.params = std::make_shared<const media::CodecParams>(jpeg);
  Fragmenter fragmenter;
  EXPECT_EQ(fragmenter.push(shared(packet)), nullptr);
  EXPECT_EQ(fragmenter.obstacle(), media::Codec::Mjpeg);
  camera.restart_group();
  EXPECT_NE(fragmenter.push(shared(camera.picture())), nullptr);
  EXPECT_EQ(fragmenter.obstacle(), std::nullopt);
}

TEST(Fragmenter, FollowsAClockThatDrifts) {
  CameraFake camera;
  Fragmenter fragmenter;
  FragmentPtr last;
  for (int i = 0; i < 2500; ++i) {
    if (i % 25 == 0) camera.camera_clock -= 2;  // 0.2 % slow
    last = fragmenter.push(shared(camera.picture()));
  }
  const auto believed = last->zero + std::chrono::duration_cast<WallTime::duration>(last->start);
  const auto error = believed - last->received;
  EXPECT_LT(error, std::chrono::milliseconds(20));
  EXPECT_GT(error, std::chrono::milliseconds(-20));
}

}  // namespace
}  // namespace vigil::live
