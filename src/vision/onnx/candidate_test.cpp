#include "vision/onnx/candidate.h"

#include <gtest/gtest.h>

#include "vision/onnx/tiles.h"

namespace vigil::vision::onnx {
namespace {

TEST(Suppress, KeepsTheBestOfWhatOverlapsWithinAClass) {
  std::vector<Candidate> all = {
      {0, 0, 10, 10, 0.5F, 0}, {1, 0, 11, 10, 0.9F, 0}, {1, 0, 11, 10, 0.4F, 1}, {50, 50, 60, 60, 0.3F, 0}};
  suppress(all, 0.5F);
  ASSERT_EQ(all.size(), 3U);
  EXPECT_EQ(all[0].score, 0.9F);
  EXPECT_EQ(all[1].class_id, 1);
  EXPECT_EQ(all[2].score, 0.3F);
}

TEST(Suppress, IsBoundedHoweverManyThereAre) {
  std::vector<Candidate> all;
  for (int i = 0; i < 100000; ++i) {
    const auto x = static_cast<float>(i * 20);
    all.push_back({x, 0, x + 10, 10, 0.5F, 0});
  }
  suppress(all, 0.5F);
  EXPECT_EQ(all.size(), kMaxFound);
}

TEST(Tiles, CoverThePictureAndOverlap) {
  for (auto [w, h] : {std::pair(768, 576), std::pair(1920, 1080), std::pair(3840, 2160), std::pair(641, 481)}) {
    auto tiles = tiles_of(w, h);
    ASSERT_EQ(tiles.size(), w > 2048 ? 9U : 4U);
    int right = 0, bottom = 0;
    for (const auto& tile : tiles) {
      EXPECT_EQ(tile.x % 2 + tile.y % 2, 0);
      right = std::max(right, tile.x + tile.width);
      bottom = std::max(bottom, tile.y + tile.height);
    }
    EXPECT_GE(right, w - 1);
    EXPECT_GE(bottom, h - 1);
    EXPECT_GT(tiles[0].x + tiles[0].width, tiles[1].x + w / 16) << "neighbours share a strip";
  }
  EXPECT_TRUE(tiles_of(300, 200).empty());
}

TEST(Tiles, AnObjectThatAnInnerEdgeCutsCountsLess) {
  const Region tile{0, 0, 400, 300};
  std::vector<Candidate> found = {{390, 10, 399, 50, 0.8F, 0}, {0, 10, 30, 50, 0.8F, 0}, {100, 100, 150, 150, 0.8F, 0}};
  demote_cut(found, tile, 768, 576);
  EXPECT_LT(found[0].score, 0.5F);
  EXPECT_EQ(found[1].score, 0.8F) << "the picture's own edge cuts nothing more off";
  EXPECT_EQ(found[2].score, 0.8F);
}

TEST(Tiles, PartsOfAnObjectGo) {
  std::vector<Candidate> all = {{0, 0, 100, 200, 0.9F, 0}, {10, 100, 90, 200, 0.5F, 0}, {10, 100, 90, 200, 0.4F, 1}};
  drop_parts(all);
  ASSERT_EQ(all.size(), 2U);
  EXPECT_EQ(all[1].class_id, 1);
}

}  // namespace
}  // namespace vigil::vision::onnx
