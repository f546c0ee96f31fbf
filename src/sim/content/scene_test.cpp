#include "sim/content/scene.h"

#include <gtest/gtest.h>

#include <vector>

#include "media/glyph.h"
#include "sim/content/live_scene.h"

namespace vigil::sim {
namespace {

std::vector<std::uint8_t> luma_of(const media::FramePtr& frame) {
  const auto& plane = frame->luma();
  return {plane.data, plane.data + plane.stride * plane.height};
}

int differing(const std::vector<std::uint8_t>& a, const std::vector<std::uint8_t>& b) {
  int count = 0;
  for (std::size_t i = 0; i < a.size(); ++i) count += std::abs(a[i] - b[i]) > 20;
  return count;
}

TEST(Scene, TheSameMomentGivesTheSamePicture) {
  ManualClock clock;
  ScenePainter one(320, 180, 0, "SCENE 1"), two(320, 180, 0, "SCENE 1");
  EXPECT_EQ(luma_of(one.paint(Ticks(90000), clock.wall())), luma_of(two.paint(Ticks(90000), clock.wall())));
}

TEST(Scene, FiguresMoveAndTheRoomStandsStill) {
  ManualClock clock;
  ScenePainter scene(320, 180, 0, "SCENE 1");
  auto moved =
      differing(luma_of(scene.paint(Ticks(0), clock.wall())), luma_of(scene.paint(Ticks(2 * 90000), clock.wall())));
  EXPECT_GT(moved, 320 * 180 / 200);
  EXPECT_LT(moved, 320 * 180 / 4);
}

TEST(Scene, TheClockIsBurntInToTheMillisecond) {
  ManualClock clock;
  ScenePainter scene(320, 180, 0, "SCENE 1");
  auto before = luma_of(scene.paint(Ticks(0), clock.wall()));
  clock.advance(std::chrono::milliseconds(1));
  auto after = luma_of(scene.paint(Ticks(0), clock.wall()));
  EXPECT_GT(differing(before, after), 0);
  for (std::size_t i = 40 * 320; i < before.size(); ++i) ASSERT_EQ(before[i], after[i]) << "only the clock has changed";
}

TEST(Scene, TinyPicturesAreClippedNotOverrun) {
  ManualClock clock;
  ScenePainter scene(16, 16, 3, "SCENE 4");
  for (int i = 0; i < 200; ++i) scene.paint(Ticks(i * 9000), clock.wall());
}

TEST(Font, EveryDigitLooksDifferent) {
  for (char a = '0'; a <= '9'; ++a) {
    for (char b = '0'; b < a; ++b) EXPECT_NE(media::glyph(a), media::glyph(b)) << a << b;
  }
  EXPECT_EQ(media::glyph(' '), (std::array<std::uint8_t, 7>{}));
}

TEST(LiveScene, OnlyWhatIsWantedIsEncodedAndBeginsWithAKeyFrame) {
  ManualClock clock;
  Timebase time(clock);
  SceneOptions options;
  options.pictures = 2;
  options.size = {160, 96};
  options.fps = 10;
  auto scene = LiveScene::make(options, time);
  ASSERT_TRUE(scene.ok()) << scene.error().message;
  EXPECT_EQ((*scene)->params(0, false)->width, 160);
  EXPECT_EQ((*scene)->params(1, true)->width, 80);
  (*scene)->want(1, false, true);
  std::stop_source stop;
  std::vector<media::Packet> got;
  (*scene)->run(stop.get_token(), [&](int picture, bool sub, const media::Packet& packet) {
    EXPECT_EQ(picture, 1);
    EXPECT_FALSE(sub);
    got.push_back(packet);
    if (got.size() == 25) stop.request_stop();
  });
  ASSERT_EQ(got.size(), 25u);
  for (std::size_t i = 0; i < got.size(); ++i) {
    EXPECT_EQ(got[i].key, i % 10 == 0) << i;
    if (i == 0) continue;
    EXPECT_EQ(got[i].pts - got[i - 1].pts, Ticks(9000));
  }
}

}  // namespace
}  // namespace vigil::sim
