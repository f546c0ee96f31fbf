#pragma once

#include <cstdint>
#include <vector>

#include "motion/grid.h"

// Changed cells → connected blobs. Works on tiles of 4×4 cells: a tile counts when enough of its cells changed (which
// drops lone specks), and touching tiles, corners included, are one blob. A box is drawn tightly around the changed
// cells of its tiles.

namespace vigil::motion {

constexpr int kTile = 4;  // cells

struct Blob {
  int left = 0, top = 0, right = 0, bottom = 0;  // cells, right and bottom exclusive
  int cells = 0;                                 // changed
  int tiles = 0;
  int lively_tiles = 0;  // of them, those with something going on lately
};

class BlobFinder {
 public:
  void resize(const Grid& grid);

  int tile_columns() const { return tile_columns_; }
  int tile_rows() const { return tile_rows_; }

  // `changed` and `lively` hold one byte per cell and per tile. Blobs of fewer than `min_cells` are left out; valid
  // until the next call.
  const std::vector<Blob>& find(const std::vector<std::uint8_t>& changed, const std::vector<std::uint8_t>& lively,
                                int min_cells);

 private:
  void count(const std::vector<std::uint8_t>& changed);
  Blob flood(int start, const std::vector<std::uint8_t>& changed, const std::vector<std::uint8_t>& lively);

  Grid grid_;
  int tile_columns_ = 0, tile_rows_ = 0;
  std::vector<std::uint8_t> counts_;  // changed cells per tile; 0 once visited
  std::vector<int> stack_;
  std::vector<Blob> blobs_;
};

}  // namespace vigil::motion
