#pragma once

#include <cstdint>
#include <vector>

#include "motion/grid.h"
#include "motion/tone.h"

// The scene without what moves: per cell a mean and how much it usually strays from it, and the very recent past.
// Levels are kept in 64ths in 16 bits, so that eight fit a vector register (motion/lanes.h).

namespace vigil::motion {

// What differs in one picture; one byte per cell (padding included).
struct Difference {
  std::vector<std::uint8_t> changed;  // against the background, by more than light or noise explain
  std::vector<std::uint8_t> lively;   // against the last half second
  int changed_raw = 0;                // cells that differ, before smooth changes of light are taken out
};

// How much of one picture is learned, 0..1.
struct Weights {
  double quiet = 0, moving = 0, resting = 0;  // into the mean, by kind of cell
  double unrest = 0, unrest_changed = 0;      // into the usual stray, quiet cells and others
};

class Background {
 public:
  // Learns the picture at once as the scene.
  void restart(const std::vector<std::uint8_t>& picture, const Grid& grid);

  bool empty() const { return mean_.empty(); }
  void clear() { mean_.clear(); }

  // Looks where the scene has edges, which differ when the camera shakes by a fraction of a cell. Once a second will
  // do.
  void find_edges();

  // Finds how the exposure differs, and brings the background `follow` (0..1) of the way there.
  Tone compensate(const std::vector<std::uint8_t>& picture, const std::vector<std::uint8_t>& open, double follow);

  // After compensate(). `threshold` in levels; a cell's own unrest and edges are added to it. `recent` is the weight of
  // this picture in the recent past.
  void compare(const std::vector<std::uint8_t>& picture, const std::vector<std::uint8_t>& open, float threshold,
               double recent, Difference& out);

  // After compare(). `kind` per cell: 0 quiet, 1 moving, 2 changed but at rest. Weights are rounded to powers of two;
  // below 1 % they drown in rounding: learn less often instead. `unrest_cap` in levels.
  void learn(const std::vector<std::uint8_t>& picture, const std::vector<std::uint8_t>& kind, const Weights& weights,
             float unrest_cap);

 private:
  void find_local_light();
  void spread_light(int tile_row);

  Grid grid_;
  int tile_columns_ = 0, tile_rows_ = 0;
  std::vector<std::int16_t> mean_, unrest_, recent_, residual_, edge_;  // 64ths of a level
  std::vector<std::uint8_t> level_;                                     // mean_, rounded
  std::vector<std::int16_t> light_row_;                                 // of one row of tiles, per cell
  std::vector<float> light_, light_scratch_;                            // smooth part of the residual, per tile
};

}  // namespace vigil::motion
