#include "model/layout.h"

#include <gtest/gtest.h>

#include <climits>

namespace vigil::model {
namespace {

Layout entrance() {
  Layout layout;
  layout.name = "Entrance";
  layout.columns = 4;
  layout.rows = 3;
  layout.tiles = {{"door", 0, 0, 3, 3}, {"yard", 3, 0, 1, 1}, {"till", 3, 1, 1, 2}};
  return layout;
}

std::string pointer_of(const Layout& layout) {
  const auto checked = validate(layout);
  return checked ? "fine" : checked.error().pointer;
}

TEST(Layout, TilesMayTouchEachOtherAndTheEdge) {
  EXPECT_EQ(pointer_of(entrance()), "fine");
}

TEST(Layout, TilesOverEachOtherAreRefused) {
  auto layout = entrance();
  layout.tiles[2].y = 0;
  EXPECT_EQ(pointer_of(layout), "/tiles/2");
}

TEST(Layout, TilesReachingOutOfTheGridAreRefusedWithoutOverflow) {
  for (const auto& tile : {LayoutTile{"a", 2, 0, 3, 1}, LayoutTile{"a", -1, 0, 1, 1}, LayoutTile{"a", 0, 0, 0, 1},
                           LayoutTile{"a", 0, 3, 1, 1}, LayoutTile{"a", INT_MAX, 0, INT_MAX, 1},
                           LayoutTile{"a", 0, INT_MIN, 1, INT_MAX}}) {
    auto layout = entrance();
    layout.tiles = {tile};
    EXPECT_EQ(pointer_of(layout), "/tiles/0") << tile.x << ' ' << tile.y << ' ' << tile.width << ' ' << tile.height;
  }
}

TEST(Layout, NameAndSizesHaveBounds) {
  auto layout = entrance();
  layout.name = "";
  EXPECT_EQ(pointer_of(layout), "/name");
  layout.name = "a\nb";
  EXPECT_EQ(pointer_of(layout), "/name");
  layout = entrance();
  layout.columns = kMaxLayoutSide + 1;
  EXPECT_EQ(pointer_of(layout), "/columns");
  layout = entrance();
  layout.rows = 0;
  EXPECT_EQ(pointer_of(layout), "/rows");
  layout = entrance();
  layout.tiles.clear();
  EXPECT_EQ(pointer_of(layout), "/tiles");
  layout.tiles.assign(kMaxLayoutTiles + 1, {"door", 0, 0, 1, 1});
  EXPECT_EQ(pointer_of(layout), "/tiles");
}

}  // namespace
}  // namespace vigil::model
