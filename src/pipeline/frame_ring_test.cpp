#include "pipeline/frame_ring.h"

#include <gtest/gtest.h>

namespace vigil::pipeline {
namespace {

using std::chrono::milliseconds;

media::FramePtr frame(std::uint64_t sequence, int at_ms, std::size_t bytes = 100) {
  auto made = std::make_shared<media::Frame>();
  made->sequence = sequence;
  made->captured = WallTime(milliseconds(1'000'000 + at_ms));
  made->bytes = bytes;
  return made;
}
WallTime at(int ms) {
  return WallTime(milliseconds(1'000'000 + ms));
}

TEST(FrameRing, KeepsNoMoreBytesThanItMay) {
  FrameRing ring(350, milliseconds(60'000));
  for (int i = 1; i <= 10; ++i) ring.push(frame(std::uint64_t(i), i * 40));
  EXPECT_EQ(ring.size(), 3U);
  EXPECT_EQ(ring.bytes(), 300U);
  EXPECT_EQ(ring.newest()->sequence, 10U);
  EXPECT_TRUE(ring.full());
}

TEST(FrameRing, KeepsTheNewestFrameHoweverLarge) {
  FrameRing ring(350, milliseconds(60'000));
  ring.push(frame(1, 0));
  ring.push(frame(2, 40, 5000));
  EXPECT_EQ(ring.size(), 1U);
  EXPECT_EQ(ring.newest()->sequence, 2U);
}

TEST(FrameRing, LetsOldFramesGo) {
  FrameRing ring(1'000'000, milliseconds(1000));
  for (int i = 0; i <= 50; ++i) ring.push(frame(std::uint64_t(i + 1), i * 100));
  EXPECT_EQ(ring.size(), 11U);
}

TEST(FrameRing, FindsTheLastFrameBeforeATime) {
  FrameRing ring(1'000'000, milliseconds(10'000));
  for (int i = 0; i < 5; ++i) ring.push(frame(std::uint64_t(i + 1), i * 100));
  EXPECT_EQ(ring.at(at(250))->sequence, 3U);
  EXPECT_EQ(ring.at(at(200))->sequence, 3U);
  EXPECT_EQ(ring.at(at(9999))->sequence, 5U);
  EXPECT_EQ(ring.at(at(-1)), nullptr);
}

TEST(FrameRing, GivesTheLastFramesOldestFirst) {
  FrameRing ring(1'000'000, milliseconds(10'000));
  for (int i = 0; i < 5; ++i) ring.push(frame(std::uint64_t(i + 1), i * 100));
  const auto last = ring.last(3);
  ASSERT_EQ(last.size(), 3U);
  EXPECT_EQ(last.front()->sequence, 3U);
  EXPECT_EQ(last.back()->sequence, 5U);
  EXPECT_EQ(ring.last(50).size(), 5U);
}

TEST(FrameRing, AClockSetBackBeginsAnew) {
  FrameRing ring(1'000'000, milliseconds(1000));
  ring.push(frame(1, 3'600'000));
  ring.push(frame(2, 0));
  EXPECT_EQ(ring.size(), 1U);
  EXPECT_EQ(ring.newest()->sequence, 2U);
}

}  // namespace
}  // namespace vigil::pipeline
