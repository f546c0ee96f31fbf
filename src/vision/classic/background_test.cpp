#include "vision/classic/background.h"

#include <gtest/gtest.h>

#include <numeric>

namespace vigil::vision::classic {
namespace {

using std::chrono::milliseconds;

// A room of 640×360 at 10 pictures a second, and a dark box in it.
class BackgroundTest : public ::testing::Test {
 protected:
  void show(std::optional<int> box_at, int light = 0) {
    for (int y = 0; y < 360; ++y) {
      for (int x = 0; x < 640; ++x) {
        const bool inside = box_at && x >= *box_at && x < *box_at + 60 && y >= 100 && y < 260;
        pixels_[static_cast<std::size_t>(y * 640 + x)] =
            static_cast<std::uint8_t>((inside ? 30 : 100 + x / 16) + light);
      }
    }
    background_.see({pixels_.data(), 640, 640, 360}, now_, keep_);
    now_ += milliseconds(100);
  }
  int seen() const { return std::accumulate(background_.foreground().begin(), background_.foreground().end(), 0); }
  void learn() {
    for (int i = 0; i < 30; ++i) show({});
  }

  Background background_{384};
  std::vector<std::uint8_t> pixels_ = std::vector<std::uint8_t>(640 * 360), keep_;
  Nanos now_{0};
};

TEST_F(BackgroundTest, TheRoomIsNotForegroundAndWhoComesInIs) {
  learn();
  EXPECT_TRUE(background_.settled());
  EXPECT_EQ(seen(), 0);
  show(200);
  const double pixels = 60 * 160 * background_.scale() * background_.scale();
  EXPECT_NEAR(seen(), pixels, 0.1 * pixels);
}

TEST_F(BackgroundTest, WhoeverWalksDoesNotBecomeBackground) {
  learn();
  for (int i = 0; i < 100; ++i) show(40 + 5 * i);
  EXPECT_GT(seen(), 1500);
}

TEST_F(BackgroundTest, WhatIsPutDownBecomesBackgroundUnlessItIsKept) {
  learn();
  for (int i = 0; i < 150; ++i) show(200);
  EXPECT_EQ(seen(), 0);
  background_.reset();
  learn();
  keep_.assign(static_cast<std::size_t>(background_.width() * background_.height()), 1);
  for (int i = 0; i < 600; ++i) show(200);
  EXPECT_GT(seen(), 1500) << "somebody who stands still for a minute is still there";
}

TEST_F(BackgroundTest, AGhostOfTheBeginningGoesAway) {
  for (int i = 0; i < 10; ++i) show(200);  // somebody stood there when it began
  for (int i = 0; i < 80; ++i) show({});
  EXPECT_EQ(seen(), 0);
}

TEST_F(BackgroundTest, LightIsNotForeground) {
  learn();
  for (int i = 0; i < 20; ++i) {
    show({}, i);
    EXPECT_EQ(seen(), 0) << i;
  }
  show({}, 100);  // the lamp
  EXPECT_EQ(seen(), 0);
  EXPECT_FALSE(background_.settled());
}

TEST_F(BackgroundTest, WhatMovesIsAliveAndWhatStandsIsNot) {
  learn();
  show(200);
  const auto s = background_.scale();
  const int x0 = static_cast<int>(200 * s), x1 = static_cast<int>(260 * s), y0 = static_cast<int>(100 * s),
            y1 = static_cast<int>(260 * s);
  EXPECT_GT(background_.alive(x0, y0, x1, y1), 0.9);
  for (int i = 0; i < 20; ++i) show(200);
  EXPECT_LT(background_.alive(x0, y0, x1, y1), 0.05);
  EXPECT_EQ(background_.alive(-5, -5, 0, 0), 0);
}

TEST_F(BackgroundTest, AnotherPictureSizeBeginsAnew) {
  learn();
  keep_.assign(7, 1);  // of no picture at all: not used
  background_.see({pixels_.data(), 320, 320, 180}, now_, keep_);
  EXPECT_EQ(seen(), 0);
  EXPECT_EQ(background_.width(), 320);
  background_.see({pixels_.data(), 0, 0, 0}, now_, keep_);
}

}  // namespace
}  // namespace vigil::vision::classic
