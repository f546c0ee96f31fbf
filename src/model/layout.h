#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/result.h"

// A wall of pictures as somebody arranged it.

namespace vigil::model {

inline constexpr int kMaxLayoutSide = 24;  // columns and rows
inline constexpr std::size_t kMaxLayoutTiles = 64;

// A rectangle of whole cells, from the top left.
struct LayoutTile {
  std::string camera_id;  // of a camera that there may no longer be
  int x = 0, y = 0, width = 1, height = 1;
  bool operator==(const LayoutTile&) const = default;
};

struct Layout {
  std::string id;
  std::string name;
  int columns = 12, rows = 12;
  std::vector<LayoutTile> tiles;
  WallTime updated_at;
  bool operator==(const Layout&) const = default;
};

// InvalidArgument with a pointer: no name or one of more than 64 bytes or with control characters, a grid of no or more
// than kMaxLayoutSide columns or rows, no or more than kMaxLayoutTiles tiles, tiles that reach out of the grid or over
// each other.
Result<void> validate(const Layout& layout);

}  // namespace vigil::model
