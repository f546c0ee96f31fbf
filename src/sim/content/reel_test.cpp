#include "sim/content/reel.h"

#include <gtest/gtest.h>

namespace vigil::sim {
namespace {

media::Packet unit(std::int64_t time, bool key, std::int64_t reorder = 0) {
  static const auto params = std::make_shared<const media::CodecParams>();
  media::Packet packet;
  packet.dts = Ticks(time);
  packet.pts = Ticks(time + reorder);
  packet.key = key;
  packet.params = params;
  packet.data = media::SharedBytes(std::vector<std::uint8_t>{static_cast<std::uint8_t>(time / 1000)});
  return packet;
}

// Six pictures, 1000 ticks apart, a key frame every second one.
std::shared_ptr<Reel> six_pictures() {
  auto reel = std::make_shared<Reel>();
  GopCutter cutter(*reel, Ticks(1000));
  for (int i = 0; i < 6; ++i) cutter.push(unit(i * 1000, i % 2 == 0, i % 2 == 0 ? 0 : 500));
  cutter.finish();
  return reel;
}

TEST(Reel, PacketsAreCutAtKeyFramesAndTheLastPictureLastsOneFrame) {
  auto reel = six_pictures();
  ASSERT_EQ(reel->size(), 3u);
  EXPECT_EQ(reel->duration(), Ticks(6000));
  EXPECT_EQ(reel->gop(2)->start, Ticks(4000));
  EXPECT_EQ(reel->gop_at(Ticks(3999)), 1u);
  EXPECT_EQ(reel->gop_at(Ticks(4000)), 2u);
  EXPECT_EQ(reel->gop_at(Ticks(99999)), 2u);
}

TEST(Reel, PicturesBeforeTheFirstKeyFrameAreLeftOut) {
  Reel reel;
  GopCutter cutter(reel, Ticks(1000));
  cutter.push(unit(0, false));
  cutter.push(unit(1000, true));
  cutter.finish();
  ASSERT_EQ(reel.size(), 1u);
  EXPECT_EQ(reel.gop(0)->units.size(), 1u);
}

TEST(LoopCursor, TimestampsGoOnOverTheSeam) {
  LoopCursor cursor(six_pictures(), Ticks(500), 0);
  for (int i = 0; i < 20; ++i) {
    ASSERT_EQ(cursor.next_due(), Ticks(500 + i * 1000));
    auto packet = cursor.take();
    EXPECT_EQ(packet.dts, Ticks(500 + i * 1000));
    EXPECT_EQ(packet.pts - packet.dts, Ticks(i % 2 == 0 ? 0 : 500));
    EXPECT_EQ(packet.data.view()[0], i % 6);
  }
}

TEST(LoopCursor, CamerasBeginAtTheirShareOfTheReel) {
  LoopCursor cursor(six_pictures(), Ticks(0), 0.7);
  EXPECT_EQ(cursor.next_due(), Ticks(0));
  EXPECT_EQ(cursor.take().data.view()[0], 4);
}

TEST(LoopCursor, AnEmptyReelIsNotDueYet) {
  LoopCursor cursor(std::make_shared<Reel>(), Ticks(0), 0.5);
  EXPECT_FALSE(cursor.next_due().has_value());
  EXPECT_FALSE(cursor.next_key_due().has_value());
  cursor.skip_to(Ticks(100));
}

TEST(LoopCursor, MovesOverWithoutAGapInTime) {
  auto reel = std::make_shared<Reel>();
  GopCutter cutter(*reel, Ticks(1000));
  LoopCursor cursor(reel, Ticks(0), 0.5);
  for (int i = 0; i < 6; ++i) cutter.push(unit(i * 1000, i % 2 == 0));
  ASSERT_TRUE(cursor.next_due().has_value());
  EXPECT_EQ(cursor.take().data.view()[0], 0);
  cutter.finish();
  EXPECT_EQ(cursor.take().data.view()[0], 1);
  // 2000 + half of 6000 is 5000: inside the GOP that begins with picture 4.
  ASSERT_EQ(cursor.next_due(), Ticks(2000));
  EXPECT_EQ(cursor.take().data.view()[0], 4);
  EXPECT_EQ(cursor.take().data.view()[0], 5);
  EXPECT_EQ(cursor.take().data.view()[0], 0);
  EXPECT_EQ(cursor.next_due(), Ticks(5000));
}

TEST(LoopCursor, SkipsToTheNextKeyFrame) {
  LoopCursor cursor(six_pictures(), Ticks(0), 0);
  cursor.skip_to(Ticks(2001));
  EXPECT_EQ(cursor.next_due(), Ticks(4000));
  EXPECT_TRUE(cursor.take().key);
  EXPECT_EQ(cursor.next_key_due(), Ticks(6000));
  cursor.skip_to(Ticks(1'000'000'000));
  EXPECT_EQ(cursor.next_due(), Ticks(1'000'000'000));
}

}  // namespace
}  // namespace vigil::sim
