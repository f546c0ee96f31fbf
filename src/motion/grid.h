#pragma once

#include <cstdint>
#include <vector>

#include "media/frame.h"
#include "model/camera.h"

// The small picture that motion is looked for in: 90 rows of cells, or fewer where a picture is very wide; the aspect
// of the source is kept. Pictures of up to 200×112 stay as they are.

namespace vigil::motion {

struct Grid {
  int columns = 0, rows = 0;
  int stride =
      0;  // cells from one row to the next: a multiple of kBlock, so that the compiler makes vectors of the loops
  int source_width = 0, source_height = 0;

  int cells() const { return columns * rows; }
  int padded() const { return stride * rows; }
  bool operator==(const Grid&) const = default;
};

constexpr int kBlock = 16;

// The grid for a picture of this size; both at least 1.
Grid make_grid(int source_width, int source_height);

// Averages a few samples out of the middle of each cell's source pixels into `out` (grid.padded() bytes): up to 8 of a
// row, in up to 2 rows. Reads a fraction of the picture, so that a large one costs hardly more than a small one, and
// averages noise away. The plane has the size that the grid was made for.
void shrink(const media::Plane& luma, const Grid& grid, std::vector<std::uint8_t>& out);

// Takes the noise of single cells out (1-2-1 in both directions).
void smooth(const Grid& grid, const std::vector<std::uint8_t>& in, std::vector<std::uint8_t>& scratch,
            std::vector<std::uint8_t>& out);

// 1 where a cell is looked at, 0 where its centre lies inside one of the masks (even-odd rule) or in the padding of a
// row.
std::vector<std::uint8_t> unmasked_cells(const Grid& grid, const std::vector<model::Polygon>& masks);

}  // namespace vigil::motion
