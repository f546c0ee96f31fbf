#include "motion/grid.h"

#include <algorithm>
#include <cmath>
#include <cstring>

#include "model/records.h"
#include "motion/lanes.h"

namespace vigil::motion {
namespace {

constexpr int kRows = 90;      // 1080 and 720 are multiples
constexpr int kMaxRows = 112;  // what is as small already stays as it is
constexpr int kMaxColumns = 200;
constexpr std::uint64_t kEvenBytes = 0x00FF00FF00FF00FFULL;

// Sums N neighbouring bytes of R rows; eight at a time in the four 16-bit lanes of one word.
template <int N, int R>
std::uint32_t sum_block(const std::uint8_t* const* rows, int x) {
  std::uint64_t lanes = 0;
  for (int r = 0; r < R; ++r) {
    std::uint64_t word = 0;
    std::memcpy(&word, rows[r] + x, N);
    lanes += (word & kEvenBytes) + ((word >> 8) & kEvenBytes);
  }
  return static_cast<std::uint32_t>((lanes * 0x0001000100010001ULL) >> 48);
}

template <int N, int R>
void shrink_row(const std::uint8_t* const* rows, const std::vector<int>& starts, std::uint8_t* out) {
  for (const int x : starts) *out++ = static_cast<std::uint8_t>((sum_block<N, R>(rows, x) + N * R / 2) / (N * R));
}

template <int N>
void shrink_row(int row_count, const std::uint8_t* const* rows, const std::vector<int>& starts, std::uint8_t* out) {
  if (row_count == 1) return shrink_row<N, 1>(rows, starts, out);
  shrink_row<N, 2>(rows, starts, out);
}

}  // namespace

Grid make_grid(int source_width, int source_height) {
  const bool small = source_height <= kMaxRows && source_width <= kMaxColumns;
  const double scale = small ? 1.0 : std::max({1.0, double(source_height) / kRows, double(source_width) / kMaxColumns});
  Grid grid;
  grid.columns = std::clamp(static_cast<int>(std::lround(source_width / scale)), 1, kMaxColumns);
  grid.rows = std::clamp(static_cast<int>(std::lround(source_height / scale)), 1, kMaxRows);
  grid.stride = (grid.columns + kBlock - 1) / kBlock * kBlock;
  grid.source_width = source_width;
  grid.source_height = source_height;
  return grid;
}

void shrink(const media::Plane& luma, const Grid& grid, std::vector<std::uint8_t>& out) {
  out.resize(grid.padded());
  const int cell_width = luma.width / grid.columns;
  const int cell_height = luma.height / grid.rows;
  const int run = cell_width >= 8 ? 8 : cell_width >= 4 ? 4 : cell_width >= 2 ? 2 : 1;
  const int row_count = std::clamp(cell_height, 1, 2);

  std::vector<int> starts(grid.columns);
  for (int column = 0; column < grid.columns; ++column) {
    const int from = static_cast<int>(std::int64_t{column} * luma.width / grid.columns);
    starts[column] = std::min(from + (cell_width - run) / 2, luma.width - run);
  }
  for (int row = 0; row < grid.rows; ++row) {
    const int from = static_cast<int>(std::int64_t{row} * luma.height / grid.rows);
    const std::uint8_t* rows[2] = {};
    for (int r = 0; r < row_count; ++r) {
      const int y = std::min(from + (2 * r + 1) * cell_height / (2 * row_count), luma.height - 1);
      rows[r] = luma.data + std::ptrdiff_t{y} * luma.stride;
    }
    std::uint8_t* target = out.data() + std::size_t(row) * grid.stride;
    switch (run) {
      case 8:
        shrink_row<8>(row_count, rows, starts, target);
        break;
      case 4:
        shrink_row<4>(row_count, rows, starts, target);
        break;
      case 2:
        shrink_row<2>(row_count, rows, starts, target);
        break;
      default:
        shrink_row<1>(row_count, rows, starts, target);
        break;
    }
  }
}

void smooth(const Grid& grid, const std::vector<std::uint8_t>& in, std::vector<std::uint8_t>& scratch,
            std::vector<std::uint8_t>& out) {
  scratch.resize(grid.padded());
  out.resize(grid.padded());
  for (int row = 0; row < grid.rows; ++row) {
    const std::ptrdiff_t at = std::ptrdiff_t{row} * grid.stride;
    const std::uint8_t* line = in.data() + at;
    const std::uint8_t* above = line - (row > 0 ? grid.stride : 0);
    const std::uint8_t* below = line + (row + 1 < grid.rows ? grid.stride : 0);
    for (int i = 0; i < grid.stride; i += kLanes) {
      store(scratch.data() + at + i, part(load(above + i) + load(line + i) * 2 + load(below + i), 2));
    }
  }
  for (int row = 0; row < grid.rows; ++row) {
    const std::uint8_t* line = scratch.data() + std::ptrdiff_t{row} * grid.stride;
    std::uint8_t* target = out.data() + std::ptrdiff_t{row} * grid.stride;
    const int last = grid.columns - 1;
    target[0] = line[0];
    int k = 1;
    for (; k + kLanes <= last; k += kLanes)
      store(target + k, part(load(line + k - 1) + load(line + k) * 2 + load(line + k + 1), 2));
    for (; k < last; ++k) target[k] = static_cast<std::uint8_t>((line[k - 1] + 2 * line[k] + line[k + 1] + 2) / 4);
    target[last] = line[last];
  }
}

std::vector<std::uint8_t> unmasked_cells(const Grid& grid, const std::vector<model::Polygon>& masks) {
  std::vector<std::uint8_t> open(grid.padded(), 0);
  for (int row = 0; row < grid.rows; ++row)
    std::fill_n(open.begin() + row * grid.stride, grid.columns, std::uint8_t{1});
  for (const auto& mask : masks) {
    if (mask.size() < 3) continue;
    for (int row = 0; row < grid.rows; ++row) {
      for (int column = 0; column < grid.columns; ++column) {
        if (model::inside(mask, {(column + 0.5) / grid.columns, (row + 0.5) / grid.rows}))
          open[row * grid.stride + column] = 0;
      }
    }
  }
  return open;
}

}  // namespace vigil::motion
