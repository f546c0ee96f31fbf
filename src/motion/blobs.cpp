#include "motion/blobs.h"

#include <algorithm>
#include <cstring>

namespace vigil::motion {
namespace {

constexpr int kSeedCells = 4;  // changed cells that make a tile count by itself
constexpr int kJoinCells = 2;  // and beside one that does

}  // namespace

void BlobFinder::resize(const Grid& grid) {
  grid_ = grid;
  tile_columns_ = (grid.columns + kTile - 1) / kTile;
  tile_rows_ = (grid.rows + kTile - 1) / kTile;
  counts_.assign(std::size_t(tile_columns_) * tile_rows_, 0);
}

// Four cells at a time: they are 0 or 1 and lie in the bytes of one word. The padding of a row holds none.
void BlobFinder::count(const std::vector<std::uint8_t>& changed) {
  for (int y = 0; y < tile_rows_; ++y) {
    const int bottom = std::min(grid_.rows, (y + 1) * kTile);
    for (int x = 0; x < tile_columns_; ++x) {
      std::uint32_t sums = 0;
      for (int row = y * kTile; row < bottom; ++row) {
        std::uint32_t cells = 0;
        std::memcpy(&cells, changed.data() + std::size_t(row) * grid_.stride + x * kTile, sizeof cells);
        sums += cells;
      }
      counts_[std::size_t(y) * tile_columns_ + x] = static_cast<std::uint8_t>((sums * 0x01010101U) >> 24);
    }
  }
}

Blob BlobFinder::flood(int start, const std::vector<std::uint8_t>& changed, const std::vector<std::uint8_t>& lively) {
  Blob blob{grid_.columns, grid_.rows, 0, 0, 0, 0, 0};
  stack_.assign(1, start);
  counts_[start] = 0;
  while (!stack_.empty()) {
    const int tile = stack_.back();
    stack_.pop_back();
    const int tile_row = tile / tile_columns_, tile_column = tile % tile_columns_;
    ++blob.tiles;
    blob.lively_tiles += lively[tile];
    const int bottom = std::min(grid_.rows, (tile_row + 1) * kTile);
    const int right = std::min(grid_.columns, (tile_column + 1) * kTile);
    for (int row = tile_row * kTile; row < bottom; ++row) {
      for (int column = tile_column * kTile; column < right; ++column) {
        if (!changed[std::size_t(row) * grid_.stride + column]) continue;
        ++blob.cells;
        blob.left = std::min(blob.left, column);
        blob.right = std::max(blob.right, column + 1);
        blob.top = std::min(blob.top, row);
        blob.bottom = std::max(blob.bottom, row + 1);
      }
    }
    for (int y = std::max(0, tile_row - 1); y <= std::min(tile_rows_ - 1, tile_row + 1); ++y) {
      for (int x = std::max(0, tile_column - 1); x <= std::min(tile_columns_ - 1, tile_column + 1); ++x) {
        const int next = y * tile_columns_ + x;
        if (counts_[next] < kJoinCells) continue;
        counts_[next] = 0;
        stack_.push_back(next);
      }
    }
  }
  return blob;
}

const std::vector<Blob>& BlobFinder::find(const std::vector<std::uint8_t>& changed,
                                          const std::vector<std::uint8_t>& lively, int min_cells) {
  blobs_.clear();
  count(changed);
  for (int tile = 0; tile < int(counts_.size()); ++tile) {
    if (counts_[tile] < kSeedCells) continue;
    const Blob blob = flood(tile, changed, lively);
    if (blob.cells >= min_cells) blobs_.push_back(blob);
  }
  return blobs_;
}

}  // namespace vigil::motion
