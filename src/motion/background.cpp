#include "motion/background.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdlib>

#include "motion/blobs.h"
#include "motion/lanes.h"

namespace vigil::motion {
namespace {

constexpr std::int16_t kUnit = 64;  // parts of a level
constexpr int kLightRadius = 3;     // tiles; wider than a person at the far end of a room, narrower than the room
constexpr std::int16_t kUnrestFactor = 3;  // mean deviations; about 2.4 standard deviations of normal noise
constexpr double kShake = 0.35;            // cells that a camera on a wall may tremble
constexpr float kLargestLimit = 100.0F;    // levels; keeps the sums below inside 16 bits

// The power of two nearest to a weight 0..1, as a shift to the right.
int shift_of(double weight) {
  return weight > 0 ? std::clamp(static_cast<int>(std::lround(-std::log2(weight))), 0, 10) : 10;
}

std::int16_t units(double levels) {
  return static_cast<std::int16_t>(std::lround(levels * kUnit));
}

}  // namespace

void Background::restart(const std::vector<std::uint8_t>& picture, const Grid& grid) {
  grid_ = grid;
  tile_columns_ = (grid.columns + kTile - 1) / kTile;
  tile_rows_ = (grid.rows + kTile - 1) / kTile;
  const int size = grid.padded();
  mean_.resize(size);
  for (int i = 0; i < size; ++i) mean_[i] = static_cast<std::int16_t>(picture[i] * kUnit);
  recent_ = mean_;
  level_.assign(picture.begin(), picture.begin() + size);
  unrest_.assign(size, 0);
  residual_.assign(size, 0);
  edge_.assign(size, 0);
  light_row_.assign(grid.stride, 0);
  light_.assign(std::size_t(tile_columns_) * tile_rows_, 0.0F);
  light_scratch_ = light_;
  find_edges();
}

void Background::find_edges() {
  constexpr auto kWeight = static_cast<int>(kShake * 0.5 * 256);
  for (int row = 1; row + 1 < grid_.rows; ++row) {
    const std::int16_t* line = mean_.data() + std::size_t(row) * grid_.stride;
    std::int16_t* edge = edge_.data() + std::size_t(row) * grid_.stride;
    for (int column = 1; column + 1 < grid_.columns; ++column) {
      const int across = std::abs(line[column + 1] - line[column - 1]);
      const int down = std::abs(line[column + grid_.stride] - line[column - grid_.stride]);
      edge[column] = static_cast<std::int16_t>((kWeight * (across + down)) >> 8);
    }
  }
}

Tone Background::compensate(const std::vector<std::uint8_t>& picture, const std::vector<std::uint8_t>& open,
                            double follow) {
  const int size = grid_.padded();
  const Tone tone = estimate_tone(level_, picture, open, size);
  std::array<std::int16_t, 256> shift{};
  std::array<std::int16_t, 256> step{};
  bool flat = true;
  for (int level = 0; level < 256; ++level) {
    shift[level] = units(tone.shift[level]);
    step[level] = units(tone.shift[level] * follow);
    flat = flat && shift[level] == 0;
  }
  for (int i = 0; i < size; i += kLanes) store(&residual_[i], load(&picture[i]) * kUnit - load(&mean_[i]));
  for (int i = 0; i < size && !flat; ++i) {
    const std::uint8_t level = level_[i];
    residual_[i] = static_cast<std::int16_t>(residual_[i] - shift[level]);
    mean_[i] = static_cast<std::int16_t>(mean_[i] + step[level]);
    recent_[i] = static_cast<std::int16_t>(recent_[i] + step[level]);
  }
  find_local_light();
  return tone;
}

// The mean residual of each tile, averaged over the tiles around it.
void Background::find_local_light() {
  for (int y = 0; y < tile_rows_; ++y) {
    // Quarters of each residual, so that four rows fit 16 bits.
    const int end = std::min(grid_.rows, (y + 1) * kTile);
    for (int column = 0; column < grid_.stride; column += kLanes) {
      Lanes sum{};
      for (int row = y * kTile; row < end; ++row) sum += load(&residual_[row * grid_.stride + column]) >> 2;
      store(&light_row_[column], sum);
    }
    float* light = light_.data() + std::size_t(y) * tile_columns_;
    for (int x = 0; x < tile_columns_; ++x) {
      int sum = 0;
      const int right = std::min(grid_.columns, (x + 1) * kTile);
      for (int column = x * kTile; column < right; ++column) sum += light_row_[column];
      light[x] = static_cast<float>(sum * 4);
    }
  }
  for (int y = 0; y < tile_rows_; ++y) {
    float sum = 0;
    const float* in = light_.data() + std::size_t(y) * tile_columns_;
    for (int x = 0; x < std::min(kLightRadius, tile_columns_); ++x) sum += in[x];
    for (int x = 0; x < tile_columns_; ++x) {
      if (x + kLightRadius < tile_columns_) sum += in[x + kLightRadius];
      if (x > kLightRadius) sum -= in[x - kLightRadius - 1];
      light_scratch_[y * tile_columns_ + x] = sum;
    }
  }
  for (int y = 0; y < tile_rows_; ++y) {
    const int top = std::max(0, y - kLightRadius), bottom = std::min(tile_rows_ - 1, y + kLightRadius);
    const int cell_rows = std::min(grid_.rows, (bottom + 1) * kTile) - top * kTile;
    for (int x = 0; x < tile_columns_; ++x) {
      const int left = std::max(0, x - kLightRadius), right = std::min(tile_columns_ - 1, x + kLightRadius);
      const int cell_columns = std::min(grid_.columns, (right + 1) * kTile) - left * kTile;
      float sum = 0;
      for (int i = top; i <= bottom; ++i) sum += light_scratch_[i * tile_columns_ + x];
      light_[y * tile_columns_ + x] = sum / static_cast<float>(cell_rows * cell_columns);
    }
  }
}

void Background::compare(const std::vector<std::uint8_t>& picture, const std::vector<std::uint8_t>& open,
                         float threshold, double recent_weight, Difference& out) {
  out.changed.resize(grid_.padded());
  out.lively.resize(grid_.padded());
  const Lanes base = all(units(std::min(threshold, kLargestLimit)));
  const int keep = shift_of(recent_weight);
  int raw = 0;
  for (int row = 0; row < grid_.rows; ++row) {
    if (row % kTile == 0) spread_light(row / kTile);
    const int end = (row + 1) * grid_.stride;
    Lanes differs{};
    for (int i = row * grid_.stride, column = 0; i < end; i += kLanes, column += kLanes) {
      const Lanes look = load(&open[i]);
      const Lanes limit = base + load(&unrest_[i]) + load(&edge_[i]);
      const Lanes half = limit >> 1;
      const Lanes residual = load(&residual_[i]);
      const Lanes beyond = (magnitude(residual) > limit) & look;
      differs += beyond;
      store(&out.changed[i], (magnitude(residual - load(&light_row_[column])) > half) & beyond);
      const Lanes recent = load(&recent_[i]);
      const Lanes fresh = load(&picture[i]) * kUnit - recent;
      store(&out.lively[i], (magnitude(fresh) > half + (limit >> 3)) & look);
      store(&recent_[i], recent + part(fresh, keep));
    }
    for (int k = 0; k < kLanes; ++k) raw += differs[k];
  }
  out.changed_raw = raw;
}

void Background::spread_light(int tile_row) {
  const float* tile = light_.data() + std::size_t(tile_row) * tile_columns_;
  for (int column = 0; column < grid_.columns; ++column) {
    light_row_[column] = static_cast<std::int16_t>(tile[column / kTile]);
  }
}

void Background::learn(const std::vector<std::uint8_t>& picture, const std::vector<std::uint8_t>& kind,
                       const Weights& weights, float unrest_cap) {
  const int size = grid_.padded();
  const int quiet = shift_of(weights.quiet), moving = shift_of(weights.moving), resting = shift_of(weights.resting);
  const int unrest_quiet = shift_of(weights.unrest), unrest_changed = shift_of(weights.unrest_changed);
  const Lanes cap = all(units(std::min(unrest_cap, kLargestLimit)));
  for (int i = 0; i < size; i += kLanes) {
    const Lanes kinds = load(&kind[i]);
    const Lanes is_quiet = kinds == 0;
    const Lanes mean = load(&mean_[i]);
    const Lanes away = load(&picture[i]) * kUnit - mean;
    const Lanes changed = choose(kinds == 1, part(away, moving), part(away, resting));
    const Lanes learned = mean + choose(is_quiet, part(away, quiet), changed);
    store(&mean_[i], learned);
    store(&level_[i], (learned + kUnit / 2) >> 6);
    const Lanes unrest = load(&unrest_[i]);
    const Lanes stray = smaller(magnitude(load(&residual_[i])), cap) * kUnrestFactor - unrest;
    store(&unrest_[i], unrest + choose(is_quiet, part(stray, unrest_quiet), part(stray, unrest_changed)));
  }
}

}  // namespace vigil::motion
