#include "vision/classic/silhouettes.h"

#include <gtest/gtest.h>

namespace vigil::vision::classic {
namespace {

constexpr int kWidth = 200, kHeight = 150;

class Foreground {
 public:
  Foreground& body(int cx, int feet, int height) {
    for (int y = feet - height; y < feet; ++y) {
      // A head, shoulders, and narrower legs.
      const int half = y < feet - height * 6 / 7 ? height / 16 : y < feet - height / 2 ? height / 6 : height / 8;
      for (int x = cx - half; x <= cx + half; ++x) set(x, y);
    }
    return *this;
  }
  Foreground& box(int x0, int y0, int w, int h) {
    for (int y = y0; y < y0 + h; ++y) {
      for (int x = x0; x < x0 + w; ++x) set(x, y);
    }
    return *this;
  }
  const std::vector<std::uint8_t>& pixels() const { return pixels_; }

 private:
  void set(int x, int y) {
    if (x >= 0 && x < kWidth && y >= 0 && y < kHeight) pixels_[static_cast<std::size_t>(y * kWidth + x)] = 1;
  }
  std::vector<std::uint8_t> pixels_ = std::vector<std::uint8_t>(kWidth * kHeight);
};

Perspective everybody(int height) {
  Perspective out;
  for (int i = 0; i < 20; ++i) out.learn(0.4 + 0.02 * i, static_cast<double>(height) / kHeight);
  return out;
}

std::vector<Silhouette> find(const Foreground& scene, const Perspective& perspective = {}) {
  return find_silhouettes(scene.pixels(), kWidth, kHeight, perspective, 10);
}

TEST(Silhouettes, APersonAloneIsFoundWithoutPerspective) {
  const auto found = find(Foreground().body(60, 110, 48));
  ASSERT_EQ(found.size(), 1U);
  EXPECT_NEAR(found[0].box.y, 62, 1);
  EXPECT_NEAR(found[0].box.height, 48, 1);
  EXPECT_NEAR(found[0].box.x + found[0].box.width / 2, 60, 2);
}

TEST(Silhouettes, WhatIsNotShapedLikeAPersonIsNot) {
  EXPECT_TRUE(find(Foreground().box(20, 60, 90, 40)).empty()) << "a car";
  EXPECT_TRUE(find(Foreground().box(50, 20, 3, 90)).empty()) << "a pole";
  EXPECT_TRUE(find(Foreground().box(50, 50, 4, 8)).empty()) << "a spot";
}

TEST(Silhouettes, ThePerspectivePartsPeopleWhoWalkTogether) {
  const Foreground pair = Foreground().body(60, 110, 48).body(76, 110, 48);
  EXPECT_LE(find(pair).size(), 1U);
  const auto found = find(pair, everybody(48));
  ASSERT_EQ(found.size(), 2U);
  const auto left = std::min(found[0].box.x, found[1].box.x), right = std::max(found[0].box.x, found[1].box.x);
  EXPECT_NEAR(left + found[0].box.width / 2, 60, 5);
  EXPECT_NEAR(right + found[0].box.width / 2, 76, 5);
}

TEST(Silhouettes, OnePersonIsOnePersonWithThePerspective) {
  const auto found = find(Foreground().body(60, 110, 48), everybody(48));
  ASSERT_EQ(found.size(), 1U);
  EXPECT_NEAR(found[0].box.bottom(), 110, 6);
}

TEST(Silhouettes, AnEmptyPictureHasNone) {
  EXPECT_TRUE(find(Foreground()).empty());
  EXPECT_TRUE(find(Foreground(), everybody(48)).empty());
  EXPECT_TRUE(find_silhouettes({}, 0, 0, {}, 10).empty());
}

TEST(Silhouettes, ThereAreNeverMoreThanAskedFor) {
  Foreground crowd;
  for (int i = 0; i < 9; ++i) crowd.body(12 + 21 * i, 110, 40);
  EXPECT_EQ(find_silhouettes(crowd.pixels(), kWidth, kHeight, everybody(40), 4).size(), 4U);
  EXPECT_EQ(find_silhouettes(crowd.pixels(), kWidth, kHeight, {}, 4).size(), 4U);
}

}  // namespace
}  // namespace vigil::vision::classic
