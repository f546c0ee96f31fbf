#include "model/box_track.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <random>

namespace vigil::model {
namespace {

using namespace std::chrono_literals;

constexpr WallTime kBegin{1'700'000'000'000'000us};

// Someone who walks across a picture, seen 15 times a second by a camera with jitter.
std::vector<TimedBox> walk(std::size_t frames) {
  std::mt19937 random(1);
  std::normal_distribution<float> jitter(0, 0.7F), late(0, 3);
  std::vector<TimedBox> out;
  for (std::size_t i = 0; i < frames; ++i) {
    TimedBox box;
    box.sequence = 1000 + i;
    box.time = kBegin + std::chrono::microseconds(i * 66'667) + std::chrono::milliseconds(std::lround(late(random)));
    box.box = {100 + 1.3F * static_cast<float>(i) + jitter(random), 200 + jitter(random), 40 + jitter(random),
               110 + jitter(random)};
    box.confidence = 0.8F + 0.02F * jitter(random);
    box.state = i % 40 == 39 ? TrackState::Coasting : TrackState::Confirmed;
    out.push_back(box);
  }
  return out;
}

void expect_near(const TimedBox& got, const TimedBox& wanted) {
  EXPECT_EQ(got.sequence, wanted.sequence);
  EXPECT_LE(got.time, wanted.time);
  EXPECT_LT(wanted.time - got.time, 1ms);
  EXPECT_NEAR(got.box.x, wanted.box.x, 0.13);
  EXPECT_NEAR(got.box.y, wanted.box.y, 0.13);
  EXPECT_NEAR(got.box.width, wanted.box.width, 0.13);
  EXPECT_NEAR(got.box.height, wanted.box.height, 0.13);
  EXPECT_NEAR(got.confidence, wanted.confidence, 0.003);
  EXPECT_EQ(got.state, wanted.state);
  EXPECT_EQ(got.stationary, wanted.stationary);
}

TEST(BoxTrack, ComesBackToAnEighthOfAPixelAndAMillisecond) {
  auto wanted = walk(200);
  wanted[50].stationary = true;
  wanted[120].sequence += 100000;
  auto got = decode_boxes(encode_boxes(wanted));
  ASSERT_TRUE(got) << got.error().message;
  ASSERT_EQ(got->size(), wanted.size());
  for (std::size_t i = 0; i < wanted.size(); ++i) expect_near((*got)[i], wanted[i]);
}

TEST(BoxTrack, TakesAboutSevenBytesABox) {
  auto boxes = walk(600);
  auto bytes = static_cast<double>(encode_boxes(boxes).size()) / static_cast<double>(boxes.size());
  RecordProperty("bytes_per_box", std::to_string(bytes));
  EXPECT_LT(bytes, 7.2);
}

TEST(BoxTrack, NoBoxesAreABlobToo) {
  auto got = decode_boxes(encode_boxes({}));
  ASSERT_TRUE(got);
  EXPECT_TRUE(got->empty());
}

TEST(BoxTrack, WhatMakesNoSenseIsCutAndComesBack) {
  TimedBox box;
  box.sequence = std::numeric_limits<std::uint64_t>::max();
  box.time = WallTime::max();
  box.box = {std::numeric_limits<float>::infinity(), -1e30F, std::numeric_limits<float>::quiet_NaN(), 3};
  box.confidence = std::numeric_limits<float>::quiet_NaN();
  std::vector<TimedBox> boxes = {TimedBox{}, box, TimedBox{0, WallTime::min(), {-1e30F, 1e30F, 0, 0}, 2}, box};
  auto got = decode_boxes(encode_boxes(boxes));
  ASSERT_TRUE(got) << got.error().message;
  EXPECT_EQ((*got)[1].sequence, std::uint64_t{1} << 56);
  EXPECT_EQ((*got)[1].box, (Box{1 << 20, -(1 << 20), 0, 3}));
  EXPECT_EQ((*got)[2].confidence, 1);
}

TEST(BoxTrack, EveryTruncationAndEveryWrongByteIsRefusedOrReadWithinBounds) {
  auto coded = encode_boxes(walk(20));
  for (std::size_t size = 0; size < coded.size(); ++size) {
    EXPECT_FALSE(decode_boxes(coded.substr(0, size)).ok()) << size;
  }
  EXPECT_FALSE(decode_boxes(coded + "x").ok());
  for (std::size_t at = 0; at < coded.size(); ++at) {
    auto wrong = coded;
    wrong[at] = static_cast<char>(wrong[at] ^ 0xff);
    auto got = decode_boxes(wrong);
    EXPECT_TRUE(!got.ok() || got->size() <= coded.size());
  }
}

TEST(BoxTrack, CountThatTheBytesCannotHoldIsRefusedBeforeMemoryIsTaken) {
  EXPECT_FALSE(decode_boxes(std::string("\x01\xff\xff\x03", 4)).ok());
  EXPECT_FALSE(decode_boxes(std::string("\x02\x00", 2)).ok());
}

}  // namespace
}  // namespace vigil::model
