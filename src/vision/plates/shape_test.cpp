#include "vision/plates/shape.h"

#include <gtest/gtest.h>

#include <string>

namespace vigil::vision::plates {
namespace {

// A character drawn with '#', each sign as 8 × 8 samples.
Shape shape(const std::vector<std::string>& rows) {
  constexpr int kSize = 8;
  const int width = static_cast<int>(rows[0].size()) * kSize, height = static_cast<int>(rows.size()) * kSize;
  std::vector<std::uint8_t> mask;
  for (int y = 0; y < height; ++y) {
    for (int x = 0; x < width; ++x) {
      mask.push_back(rows[static_cast<std::size_t>(y / kSize)][static_cast<std::size_t>(x / kSize)] == '#');
    }
  }
  const auto parts = connected(mask, width, height);
  return shape_of(parts, parts.parts.at(0), width);
}

const std::vector<std::string> kB = {"####.", "#...#", "####.", "#...#", "#...#", "####."};
const std::vector<std::string> kEight = {".###.", "#...#", ".###.", "#...#", "#...#", ".###."};
const std::vector<std::string> kZero = {".###.", "#...#", "#...#", "#...#", "#...#", ".###."};
const std::vector<std::string> kSix = {".###.", "#....", "####.", "#...#", "#...#", ".###."};
const std::vector<std::string> kNine = {".###.", "#...#", "#...#", ".####", "....#", ".###."};
const std::vector<std::string> kTwo = {".###.", "....#", "...#.", "..#..", ".#...", "#####"};
const std::vector<std::string> kZ = {"#####", "....#", "...#.", "..#..", ".#...", "#####"};

TEST(Shape, CountsHolesAndSaysWhereTheLargestIs) {
  EXPECT_EQ(shape(kB).holes, 2);
  EXPECT_EQ(shape(kEight).holes, 2);
  EXPECT_EQ(shape(kZero).holes, 1);
  EXPECT_NEAR(shape(kZero).hole_bottom - shape(kZero).hole_top, 4 / 6.0, 0.02);
  EXPECT_GT(shape(kSix).hole_top, 0.45);
  EXPECT_LT(shape(kNine).hole_bottom, 0.55);
  EXPECT_EQ(shape(kZ).holes, 0);
  EXPECT_EQ(shape(kB).upright, 1);
  EXPECT_LT(shape(kEight).upright, 0.7);
}

TEST(Shape, SettlesWhatReadersMistake) {
  EXPECT_EQ(settle('S', shape(kEight), false), '8');
  EXPECT_EQ(settle('8', shape(kB), false), 'B');
  EXPECT_EQ(settle('B', shape(kEight), false), '8');
  EXPECT_EQ(settle('B', shape(kEight), true), 'B') << "where everything leans an edge says nothing";
  EXPECT_EQ(settle('G', shape(kZero), false), '0');
  EXPECT_EQ(settle('G', shape(kSix), false), '6');
  EXPECT_EQ(settle('S', shape(kNine), false), '9');
  EXPECT_EQ(settle('2', shape(kZ), false), 'Z');
  EXPECT_EQ(settle('Z', shape(kTwo), false), '2');
}

TEST(Shape, LeavesWhatFits) {
  EXPECT_EQ(settle('O', shape(kZero), false), 'O');
  EXPECT_EQ(settle('0', shape(kZero), false), '0');
  EXPECT_EQ(settle('8', shape(kEight), false), '8');
  EXPECT_EQ(settle('R', shape(kNine), false), 'R');
  EXPECT_EQ(settle('K', shape(kTwo), false), 'K');
}

TEST(Shape, AZeroWithASlitIsAZero) {
  auto slit = kZero;
  slit[1] = "#....";
  // One of eight samples wide only.
  constexpr int kFine = 4;
  std::vector<std::string> fine;
  for (const auto& row : kZero) {
    std::string wide;
    for (const char c : row) wide += std::string(kFine, c);
    for (int i = 0; i < kFine; ++i) fine.push_back(wide);
  }
  fine[6].replace(16, 4, "....");
  const auto found = shape(fine);
  EXPECT_TRUE(found.closed);
  EXPECT_EQ(settle('G', found, false), '0');
  EXPECT_FALSE(shape(slit).closed && settle('C', shape(slit), false) == '0')
      << "a gap as wide as a stroke is a C's or a G's";
}

}  // namespace
}  // namespace vigil::vision::plates
