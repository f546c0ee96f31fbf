#include "model/layout.h"

#include <fmt/format.h>

#include <algorithm>

#include "model/camera.h"

namespace vigil::model {
namespace {

Error invalid(std::string pointer, std::string message) {
  return make_error(ErrorKind::InvalidArgument, std::move(message), "layout.invalid", std::move(pointer));
}

bool overlap(const LayoutTile& a, const LayoutTile& b) {
  return a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height;
}

// Written so that no sum can overflow.
bool fits(int from, int length, int side) {
  return from >= 0 && length >= 1 && length <= side && from <= side - length;
}

}  // namespace

Result<void> validate(const Layout& layout) {
  const auto printable = [](unsigned char c) { return c >= 0x20 && c != 0x7f; };
  if (layout.name.empty() || layout.name.size() > 64) return invalid("/name", "a layout's name has 1 to 64 bytes");
  if (!std::all_of(layout.name.begin(), layout.name.end(), printable))
    return invalid("/name", "a layout's name has no control characters");
  if (layout.columns < 1 || layout.columns > kMaxLayoutSide)
    return invalid("/columns", fmt::format("1 to {} columns", kMaxLayoutSide));
  if (layout.rows < 1 || layout.rows > kMaxLayoutSide)
    return invalid("/rows", fmt::format("1 to {} rows", kMaxLayoutSide));
  if (layout.tiles.empty() || layout.tiles.size() > kMaxLayoutTiles)
    return invalid("/tiles", fmt::format("1 to {} tiles", kMaxLayoutTiles));
  for (std::size_t i = 0; i < layout.tiles.size(); ++i) {
    const auto& tile = layout.tiles[i];
    const auto pointer = fmt::format("/tiles/{}", i);
    if (!is_valid_camera_id(tile.camera_id)) return invalid(pointer + "/camera", "not a camera's id");
    if (!fits(tile.x, tile.width, layout.columns) || !fits(tile.y, tile.height, layout.rows))
      return invalid(pointer, "a tile lies inside the grid");
    for (std::size_t j = 0; j < i; ++j) {
      if (overlap(tile, layout.tiles[j])) return invalid(pointer, fmt::format("it lies over tile {}", j));
    }
  }
  return {};
}

}  // namespace vigil::model
