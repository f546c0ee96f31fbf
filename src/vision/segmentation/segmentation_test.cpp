#include "vision/segmentation.h"

#include <gtest/gtest.h>

#include <cmath>
#include <string>

namespace vigil::vision {
namespace {

model::Mask mask(const std::vector<std::string>& rows) {
  std::vector<std::uint8_t> bits;
  for (const auto& row : rows) {
    for (const char c : row) bits.push_back(c == '#');
  }
  auto out = encode_mask(bits, static_cast<int>(rows[0].size()), static_cast<int>(rows.size()));
  EXPECT_TRUE(out.ok());
  return *out;
}

std::size_t outlines(const std::vector<std::string>& rows) {
  return mask_outlines(mask(rows))->size();
}

TEST(Mask, IsRunsThatBeginWithZeros) {
  EXPECT_EQ(mask({"..#", "##."}).runs, (std::vector<std::uint32_t>{2, 3, 1}));
  EXPECT_EQ(mask({"##"}).runs, (std::vector<std::uint32_t>{0, 2}));
  EXPECT_EQ(mask({".."}).runs, (std::vector<std::uint32_t>{2}));
  EXPECT_EQ(mask_area(mask({"..#", "##."})), 3U);
}

TEST(Mask, ComesBackAsItWas) {
  const std::vector<std::uint8_t> bits = {1, 0, 0, 1, 1, 0, 1, 1, 1, 0, 0, 0};
  EXPECT_EQ(*decode_mask(*encode_mask(bits, 4, 3)), bits);
}

TEST(Mask, RunsThatDoNotFitAreRefused) {
  EXPECT_FALSE(decode_mask({3, 2, {4}}).ok());
  EXPECT_FALSE(decode_mask({3, 2, {4, 4}}).ok());
  EXPECT_FALSE(decode_mask({3, 2, {4, 0xffffffffU}}).ok());
  EXPECT_FALSE(decode_mask({0, 2, {}}).ok());
  EXPECT_FALSE(decode_mask({100000, 100000, {1}}).ok());
  EXPECT_FALSE(encode_mask({1, 1}, 3, 1).ok());
  EXPECT_EQ(mask_area({3, 2, {4}}), 0U);
}

TEST(Outline, OfARectangleHasFourCorners) {
  const auto found = mask_outlines(mask({"....", ".##.", ".##.", "...."}));
  ASSERT_TRUE(found.ok());
  ASSERT_EQ(found->size(), 1U);
  ASSERT_EQ(found->front().size(), 4U);
  for (const auto& corner : found->front()) {
    EXPECT_TRUE(corner.x == 0.25 || corner.x == 0.75);
    EXPECT_TRUE(corner.y == 0.25 || corner.y == 0.75);
  }
}

TEST(Outline, EachPartHasOneAndHolesHaveNone) {
  EXPECT_EQ(outlines({"....."}), 0U);
  EXPECT_EQ(outlines({"##.##", "##.##"}), 2U);
  EXPECT_EQ(outlines({"#####", "#...#", "#...#", "#####"}), 1U);
  EXPECT_EQ(outlines({"##..", "##..", "..##", "..##"}), 2U) << "a corner joins nothing";
  EXPECT_EQ(outlines({"#######", "#.....#", "#.###.#", "#.###.#", "#.....#", "#######"}), 2U) << "an island in a hole";
}

TEST(Outline, GivesTheMaskBack) {
  constexpr int kSide = 64;
  std::vector<std::uint8_t> bits(kSide * kSide);
  for (int y = 0; y < kSide; ++y) {
    for (int x = 0; x < kSide; ++x)
      bits[static_cast<std::size_t>(y * kSide + x)] = std::hypot(x - 31.5, (y - 31.5) * 1.5) < 28;
  }
  const auto original = *encode_mask(bits, kSide, kSide);
  const auto exact = mask_outlines(original, 0);
  EXPECT_EQ(*mask_of(*exact, kSide, kSide), original);
  const auto rough = mask_outlines(original, 1);
  ASSERT_EQ(rough->size(), 1U);
  EXPECT_LT(rough->front().size(), exact->front().size() / 2);
  const auto back = *decode_mask(*mask_of(*rough, kSide, kSide));
  int wrong = 0;
  for (std::size_t i = 0; i < bits.size(); ++i) wrong += back[i] != bits[i] ? 1 : 0;
  EXPECT_LT(wrong, static_cast<int>(mask_area(original)) / 20);
}

TEST(Outline, OfBrokenRunsIsAnError) {
  EXPECT_FALSE(mask_outlines({3, 2, {4}}).ok());
  EXPECT_FALSE(mask_of({}, 0, 5).ok());
}

}  // namespace
}  // namespace vigil::vision
