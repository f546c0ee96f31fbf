#include "vision/plates/glyphs.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace vigil::vision::plates {
namespace {

// Light, with dark bars.
Gray plate(const std::vector<model::Box>& bars) {
  Gray out(300, 96, 220);
  for (const auto& bar : bars) {
    for (int y = static_cast<int>(bar.y); y < static_cast<int>(bar.bottom()); ++y) {
      for (int x = static_cast<int>(bar.x); x < static_cast<int>(bar.right()); ++x) out.at(x, y) = 40;
    }
  }
  return out;
}

std::vector<GlyphLine> lines(const Gray& picture, bool two_lines = false) {
  const auto parts = connected(dark(picture, 48, 0.2), picture.width, picture.height);
  return find_lines(parts, picture.width, picture.height, two_lines);
}

TEST(Gray, StretchesToTheFullRange) {
  Gray picture(100, 10, 100);
  for (int x = 0; x < 50; ++x) {
    for (int y = 0; y < 10; ++y) picture.at(x, y) = 140;
  }
  stretch(picture);
  EXPECT_EQ(picture.at(0, 0), 255);
  EXPECT_EQ(picture.at(99, 0), 0);
  Gray flat(100, 10, 100);
  stretch(flat);
  EXPECT_EQ(flat.at(5, 5), 100);
}

TEST(Gray, PartsAreConnectedAlsoAcrossCorners) {
  const std::vector<std::uint8_t> mask = {1, 0, 0, 1,  //
                                          0, 1, 0, 1,  //
                                          0, 0, 0, 1};
  const auto found = connected(mask, 4, 3);
  ASSERT_EQ(found.parts.size(), 2U);
  EXPECT_EQ(found.parts[0].area, 2);
  EXPECT_EQ(found.parts[1].area, 3);
  EXPECT_EQ(found.parts[1].left, 3);
  EXPECT_EQ(found.parts[1].bottom, 3);
}

TEST(GlyphLines, AreThePartsOfOneHeightSideBySide) {
  const auto found = lines(plate({{40, 20, 20, 50},
                                  {70, 21, 20, 50},
                                  {100, 20, 8, 50},
                                  {120, 22, 20, 50},
                                  {0, 0, 300, 4},       // the frame
                                  {160, 40, 8, 8},      // a screw
                                  {200, 5, 20, 88}}));  // something else
  ASSERT_EQ(found.size(), 1U);
  ASSERT_EQ(found[0].glyphs.size(), 4U);
  EXPECT_EQ(found[0].glyphs[0].left, 40);
  EXPECT_NEAR(found[0].height, 50, 1);
}

TEST(GlyphLines, MayRise) {
  const auto found =
      lines(plate({{40, 40, 20, 40}, {80, 36, 20, 40}, {120, 32, 20, 40}, {160, 28, 20, 40}, {200, 24, 20, 40}}));
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].glyphs.size(), 5U);
}

TEST(GlyphLines, OfTwoTheUpperComesFirst) {
  const auto picture = plate(
      {{40, 52, 16, 36}, {70, 52, 16, 36}, {100, 52, 16, 36}, {130, 52, 16, 36}, {60, 6, 16, 34}, {90, 6, 16, 34}});
  const auto found = lines(picture, true);
  ASSERT_EQ(found.size(), 2U);
  EXPECT_EQ(found[0].glyphs.size(), 2U);
  EXPECT_EQ(found[1].glyphs.size(), 4U);
}

TEST(GlyphLines, OneStrokeIsNone) {
  EXPECT_TRUE(lines(plate({{40, 20, 20, 50}})).empty());
  EXPECT_TRUE(lines(plate({})).empty());
}

TEST(GlyphLines, AreDrawnAloneAndInOneSize) {
  const auto picture = plate({{40, 20, 20, 50}, {90, 20, 20, 50}, {160, 40, 8, 8}});
  const auto parts = connected(dark(picture, 48, 0.2), picture.width, picture.height);
  const auto found = find_lines(parts, picture.width, picture.height, false);
  ASSERT_EQ(found.size(), 1U);
  const auto drawn = draw(picture, parts, found[0], 36);
  EXPECT_EQ(drawn.height, 36 + 36 + 9);
  EXPECT_EQ(drawn.at(2, 2), 255);
  EXPECT_EQ(drawn.at(drawn.width - 1, drawn.height - 1), 255);
  EXPECT_EQ(drawn.at(18 + 10, 40), 40);
  EXPECT_LT(drawn.width, 130) << "the gap is closed";
}

}  // namespace
}  // namespace vigil::vision::plates
