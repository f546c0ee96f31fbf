#include "motion/detector.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <iterator>
#include <optional>

#include "motion/background.h"
#include "motion/blobs.h"
#include "motion/grid.h"

namespace vigil::motion {
namespace {

// Seconds. Tuned on the footage that docs/motion.md names.
constexpr double kCalibrate = 1.0;        // learning after a start or a global change …
constexpr double kCalibrateAtMost = 8.0;  // … however long the picture goes on changing
constexpr double kCalibrateTau = 0.3;
constexpr double kQuietTau = 15.0;    // background follows what does not count as movement
constexpr double kMovingTau = 60.0;   // and, slowly, what does
constexpr double kSettle = 10.0;      // for so long after calibrating, exposure and infra-red lamps still drift:
constexpr double kSettlingTau = 3.0;  // everything is learned this quickly
constexpr double kRestingTau = 2.0;   // something changed and then kept still: it belongs to the scene now
constexpr double kRestAfter = 3.0;    // still for so long
constexpr double kLearnEvery = 0.45;  // at most so often: smaller steps drown in rounding, and cost
constexpr double kRecentTau = 0.4;
constexpr double kUnrestTau = 12.0;         // how much a cell strays by itself …
constexpr double kUnrestChangedTau = 60.0;  // … and, slowly, where things move: leaves and rain become usual
constexpr double kToneTau = 0.5;
constexpr double kLivelyFor = 0.8;          // a part of the picture that moved is alive for so long
constexpr double kPersistenceBelow = 0.45;  // at more pictures than one in so long, a blob must have been there before
constexpr double kReach = 0.6;              // picture heights a second that a blob may move meanwhile

constexpr double kGlobalPart = 0.50;         // of the unmasked cells
constexpr float kGlobalShift = 28.0F;        // levels of exposure from one picture to the next
constexpr double kLivelyPart = 0.15;         // of a blob's tiles, that must be alive
constexpr int kLeastCells = 4;               // a blob at all
constexpr double kSpeck = 1.5;               // of the least area: smaller is a speck
constexpr double kSpecksAllowed = 5.0;       // in one picture, before they count as rain
constexpr double kSpecksPerLeastArea = 6.0;  // so many more raise the least area by itself
constexpr double kClutterTau = 2.0;          // seconds
constexpr float kFullContrast = 160.0F;      // levels
constexpr float kLeastContrast = 0.30F;      // of that: thresholds shrink no further, or noise would count

double weight_of(double dt, double tau) {
  return 1.0 - std::exp(-dt / tau);
}

// Levels of difference at full contrast: 47 at sensitivity 1, 17.7 at 50, 9.7 at 80, 6.5 at 100.
float base_threshold(int sensitivity) {
  return 48.0F * std::exp(-0.02F * static_cast<float>(std::clamp(sensitivity, 1, 100)));
}

bool touch(const Blob& a, const Blob& b, int reach) {
  return a.left - reach < b.right && b.left - reach < a.right && a.top - reach < b.bottom && b.top - reach < a.bottom;
}

// Overlapping boxes become one, until none overlap.
void merge(std::vector<Blob>& blobs) {
  for (std::size_t i = 0; i < blobs.size(); ++i) {
    for (std::size_t j = i + 1; j < blobs.size();) {
      if (!touch(blobs[i], blobs[j], 1)) {
        ++j;
        continue;
      }
      Blob& a = blobs[i];
      const Blob& b = blobs[j];
      a = {std::min(a.left, b.left),       std::min(a.top, b.top), std::max(a.right, b.right),
           std::max(a.bottom, b.bottom),   a.cells + b.cells,      a.tiles + b.tiles,
           a.lively_tiles + b.lively_tiles};
      blobs.erase(blobs.begin() + static_cast<std::ptrdiff_t>(j));
      j = i + 1;
    }
  }
}

}  // namespace

struct Detector::State {
  explicit State(const model::MotionSettings& motion) : settings(motion), base(base_threshold(motion.sensitivity)) {}

  void adopt(int width, int height);
  void begin_calibration();
  void note_lively();
  void sort_cells();
  void learn(float unrest_cap);
  void find_candidates(double dt);
  void keep_moving(double dt);
  void fill(Analysis& analysis) const;

  const model::MotionSettings settings;
  const float base;
  Grid grid;
  std::vector<std::uint8_t> open, small, scratch, picture, kind, rest_row, lively_tiles;
  std::vector<double> tile_alive_at;
  int open_cells = 0;
  int min_cells = 1;
  double clutter = 0;  // small blobs in a picture, lately
  Background background;
  Difference difference;
  BlobFinder finder;
  std::vector<Blob> candidates, before, moving;
  std::optional<Nanos> last;
  double now = 0, calibrating_since = 0, calibrating_from = 0, edges_at = 0, learned_at = 0;
  bool calibrating = true;
  int calibration_pictures = 0;
};

void Detector::State::adopt(int width, int height) {
  grid = make_grid(width, height);
  open = unmasked_cells(grid, settings.masks);
  open_cells = static_cast<int>(std::count(open.begin(), open.end(), 1));
  min_cells = std::max(kLeastCells, static_cast<int>(std::lround(settings.min_area * grid.cells())));
  small.assign(grid.padded(), 0);
  picture.assign(grid.padded(), 0);
  kind.assign(grid.padded(), 0);
  rest_row.assign(grid.stride, 0);
  finder.resize(grid);
  const std::size_t tiles = std::size_t(finder.tile_columns()) * finder.tile_rows();
  tile_alive_at.assign(tiles, -1e9);
  lively_tiles.assign(tiles, 0);
  background.clear();
}

void Detector::State::begin_calibration() {
  if (!calibrating) calibrating_from = now;
  calibrating = true;
  calibrating_since = now;
  calibration_pictures = 1;
  learned_at = now;
  background.restart(picture, grid);
  std::fill(tile_alive_at.begin(), tile_alive_at.end(), -1e9);
  before.clear();
}

void Detector::State::note_lively() {
  for (int row = 0; row < grid.rows; ++row) {
    const std::uint8_t* line = difference.lively.data() + std::size_t(row) * grid.stride;
    double* alive_at = tile_alive_at.data() + std::size_t(row / kTile) * finder.tile_columns();
    for (int from = 0; from < grid.stride; from += 8) {
      std::uint64_t word = 0;
      std::memcpy(&word, line + from, sizeof word);
      for (int column = from; word != 0 && column < from + 8; ++column) {
        if (line[column]) alive_at[column / kTile] = now;
      }
    }
  }
  for (std::size_t i = 0; i < lively_tiles.size(); ++i) lively_tiles[i] = now - tile_alive_at[i] <= kLivelyFor;
}

// Quiet, moving, or changed but at rest: decides how quickly the background learns a cell.
void Detector::State::sort_cells() {
  for (int row = 0; row < grid.rows; ++row) {
    if (row % kTile == 0) {
      const double* alive_at = tile_alive_at.data() + std::size_t(row / kTile) * finder.tile_columns();
      for (int column = 0; column < grid.columns; ++column)
        rest_row[column] = now - alive_at[column / kTile] > kRestAfter;
    }
    const std::uint8_t* __restrict changed = difference.changed.data() + std::size_t(row) * grid.stride;
    const std::uint8_t* __restrict rest = rest_row.data();
    std::uint8_t* __restrict target = kind.data() + std::size_t(row) * grid.stride;
    for (int from = 0; from < grid.stride; from += kBlock) {
      for (int i = from; i < from + kBlock; ++i)
        target[i] = static_cast<std::uint8_t>(changed[i] + (changed[i] & rest[i]));
    }
  }
}

void Detector::State::learn(float unrest_cap) {
  const double dt = std::clamp(now - learned_at, 0.001, 10.0);
  if (!calibrating && dt < kLearnEvery) return;
  learned_at = now;
  sort_cells();
  const bool settling = now - calibrating_since < kSettle;
  Weights weights{weight_of(dt, settling ? kSettlingTau : kQuietTau),
                  weight_of(dt, settling ? 4 * kSettlingTau : kMovingTau), weight_of(dt, kRestingTau),
                  weight_of(dt, kUnrestTau), weight_of(dt, kUnrestChangedTau)};
  if (calibrating) {
    const double fast = std::max(1.0 / ++calibration_pictures, weight_of(dt, kCalibrateTau));
    weights = {fast, fast, fast, 0.2, 0.2};
  }
  background.learn(picture, kind, weights, unrest_cap);
}

// Rain, snow and leaves are many small blobs at once. Where there are many, a blob must be larger to count.
void Detector::State::find_candidates(double dt) {
  const auto& blobs = finder.find(difference.changed, lively_tiles, kLeastCells);
  const auto specks = static_cast<double>(
      std::count_if(blobs.begin(), blobs.end(), [&](const Blob& b) { return b.cells < kSpeck * min_cells; }));
  clutter += weight_of(dt, kClutterTau) * (specks - clutter);
  const double excess = std::max(0.0, std::max(specks, clutter) - kSpecksAllowed);
  const int least = static_cast<int>(min_cells * (1.0 + excess / kSpecksPerLeastArea));
  candidates.clear();
  std::copy_if(blobs.begin(), blobs.end(), std::back_inserter(candidates),
               [&](const Blob& b) { return b.cells >= least; });
}

void Detector::State::keep_moving(double dt) {
  moving.clear();
  const int reach = 3 + static_cast<int>(kReach * dt * grid.rows);
  for (const Blob& blob : candidates) {
    if (blob.lively_tiles < std::max(1.0, kLivelyPart * blob.tiles)) continue;
    const bool seen = std::any_of(before.begin(), before.end(), [&](const Blob& b) { return touch(blob, b, reach); });
    if (dt < kPersistenceBelow && !seen) continue;
    moving.push_back(blob);
  }
}

void Detector::State::fill(Analysis& analysis) const {
  std::vector<Blob> merged = moving;
  merge(merged);
  std::sort(merged.begin(), merged.end(), [](const Blob& a, const Blob& b) { return a.cells > b.cells; });
  std::int64_t cells = 0;
  for (const Blob& blob : merged) cells += blob.cells;
  analysis.score = double(cells) / std::max(1, open_cells);
  analysis.area = static_cast<int>(cells * grid.source_width * grid.source_height / grid.cells());
  if (merged.size() > kMaxBoxes) merged.resize(kMaxBoxes);
  for (const Blob& blob : merged) {
    const auto x = [&](int column) {
      return static_cast<int>(std::int64_t{column} * grid.source_width / grid.columns);
    };
    const auto y = [&](int row) { return static_cast<int>(std::int64_t{row} * grid.source_height / grid.rows); };
    analysis.boxes.push_back({x(blob.left), y(blob.top), x(blob.right) - x(blob.left), y(blob.bottom) - y(blob.top)});
  }
}

Detector::Detector(const model::MotionSettings& settings) : state_(std::make_unique<State>(settings)) {}
Detector::~Detector() = default;
Detector::Detector(Detector&&) noexcept = default;
Detector& Detector::operator=(Detector&&) noexcept = default;

void Detector::reset() {
  state_->background.clear();
}

Analysis Detector::analyse(const media::Plane& luma, Nanos at) {
  State& s = *state_;
  Analysis analysis;
  if (luma.data == nullptr || luma.width <= 0 || luma.height <= 0) return analysis;
  // Our own clock only goes forward, whatever the stream's does, and begins at the first picture, whatever its time is:
  // a file and a camera that shows the same film see the same.
  const double dt = s.last ? std::clamp(std::chrono::duration<double>(at - *s.last).count(), 0.001, 10.0) : 0.001;
  const double now = s.now += dt;
  s.last = at;
  if (luma.width != s.grid.source_width || luma.height != s.grid.source_height) s.adopt(luma.width, luma.height);

  shrink(luma, s.grid, s.small);
  smooth(s.grid, s.small, s.scratch, s.picture);
  if (s.background.empty()) {
    s.calibrating = false;
    s.begin_calibration();
    analysis.calibrating = true;
    return analysis;
  }

  const Tone tone = s.background.compensate(s.picture, s.open, weight_of(dt, kToneTau));
  const float contrast = std::clamp(tone.contrast / kFullContrast, kLeastContrast, 1.0F);
  const float threshold = std::max(3.0F, s.base * contrast);
  if (now - s.edges_at >= 1.0) {
    s.background.find_edges();
    s.edges_at = now;
  }
  s.background.compare(s.picture, s.open, threshold, weight_of(dt, kRecentTau), s.difference);
  if (s.difference.changed_raw > kGlobalPart * s.open_cells || tone.common_shift > kGlobalShift) {
    analysis.global_change = true;
    analysis.calibrating = true;
    if (!s.calibrating || now - s.calibrating_from < kCalibrateAtMost) {
      s.begin_calibration();
      return analysis;
    }
  }
  s.note_lively();
  s.learn(2.0F * threshold);
  if (s.calibrating) {
    analysis.calibrating = true;
    s.calibrating = now - s.calibrating_since < kCalibrate;
    return analysis;
  }
  s.find_candidates(dt);
  s.keep_moving(dt);
  s.before = s.candidates;
  s.fill(analysis);
  return analysis;
}

}  // namespace vigil::motion
