#include "motion/grid.h"

#include <gtest/gtest.h>

#include <numeric>

#include "motion/blobs.h"

namespace vigil::motion {
namespace {

TEST(Grid, KeepsTheAspectAndStaysSmall) {
  const auto hd = make_grid(1920, 1080);
  EXPECT_EQ(hd.rows, 90);
  EXPECT_EQ(hd.columns, 160);
  const auto corridor = make_grid(178, 100);
  EXPECT_EQ(corridor.columns, 178);
  EXPECT_EQ(corridor.rows, 100);
  const auto wide = make_grid(4000, 400);
  EXPECT_EQ(wide.columns, 200);
  EXPECT_EQ(wide.rows, 20);
  const auto strip = make_grid(1, 5000);
  EXPECT_EQ(strip.columns, 1);
  EXPECT_EQ(strip.rows, 90);
}

TEST(Grid, ShrinkingAveragesWhatLiesUnderACell) {
  for (const int width : {100, 178, 250, 640, 1920}) {
    const int height = width * 9 / 16;
    std::vector<std::uint8_t> pixels(std::size_t(width) * height);
    for (std::size_t i = 0; i < pixels.size(); ++i) pixels[i] = static_cast<std::uint8_t>(int(i) % width * 255 / width);
    const auto grid = make_grid(width, height);
    std::vector<std::uint8_t> small;
    shrink({pixels.data(), width, width, height}, grid, small);
    for (int row = 0; row < grid.rows; ++row) {
      for (int column = 0; column < grid.columns; ++column) {
        ASSERT_NEAR(small[row * grid.stride + column], (column + 0.5) / grid.columns * 255, 3.0)
            << width << ' ' << column;
      }
    }
  }
}

TEST(Grid, AMaskCoversTheCellsInsideIt) {
  const auto grid = make_grid(200, 100);
  const auto open = unmasked_cells(grid, {{{0, 0}, {0.5, 0}, {0.5, 1}, {0, 1}}, {{0.9, 0.9}, {1, 0.9}}});
  EXPECT_EQ(std::accumulate(open.begin(), open.end(), 0), 100 * 100);
  EXPECT_EQ(open[0], 0);
  EXPECT_EQ(open[99], 0);
  EXPECT_EQ(open[100], 1);
}

TEST(Grid, SmoothingKeepsAFlatPictureAndCalmsASpeck) {
  const auto grid = make_grid(37, 21);
  std::vector<std::uint8_t> in(grid.padded(), 80), scratch, out;
  in[10 * grid.stride + 20] = 240;
  smooth(grid, in, scratch, out);
  EXPECT_EQ(out[0], 80);
  EXPECT_EQ(out[20 * grid.stride + 36], 80);
  EXPECT_EQ(out[10 * grid.stride + 20], 120);
}

TEST(Blobs, TouchingTilesAreOneBlobAndSpecksAreNone) {
  const auto grid = make_grid(160, 90);
  BlobFinder finder;
  finder.resize(grid);
  std::vector<std::uint8_t> changed(grid.padded(), 0),
      lively(std::size_t(finder.tile_columns()) * finder.tile_rows(), 1);
  const auto paint = [&](int left, int top, int width, int height) {
    for (int y = top; y < top + height; ++y) {
      for (int x = left; x < left + width; ++x) changed[y * grid.stride + x] = 1;
    }
  };
  paint(10, 10, 13, 9);
  paint(100, 50, 6, 6);
  paint(140, 5, 1, 1);
  const auto& blobs = finder.find(changed, lively, 5);
  ASSERT_EQ(blobs.size(), 2U);
  EXPECT_EQ(blobs[0].left, 10);
  EXPECT_EQ(blobs[0].right, 23);
  EXPECT_EQ(blobs[0].top, 10);
  EXPECT_EQ(blobs[0].bottom, 19);
  EXPECT_EQ(blobs[0].cells, 13 * 9);
  EXPECT_EQ(blobs[1].cells, 36);
  EXPECT_EQ(finder.find(changed, lively, 50).size(), 1U);
}

}  // namespace
}  // namespace vigil::motion
