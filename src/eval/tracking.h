#pragma once

#include <array>

#include "eval/sequence.h"

// How good a tracker's result is. All are pure functions; shares are 0..1, and 0 where there is nothing to divide by.

namespace vigil::eval {

// CLEAR MOT (Bernardin and Stiefelhagen 2008) at an overlap of 0.5: pairs of the frame before go on where they still
// overlap, the others are assigned for the greatest overlap.
struct Clear {
  int truth = 0;  // boxes
  int matched = 0, false_positives = 0, misses = 0;
  int switches = 0;        // a truth's pair is another one than its last
  int fragmentations = 0;  // a truth that had a pair has none, and has one again later
  int truth_ids = 0, mostly_tracked = 0, partly_tracked = 0, mostly_lost = 0;  // ≥ 80 %, ≥ 20 %, less
  double mota = 0;  // 1 - (misses + false positives + switches) / truth; below 0 where there are more errors
  double motp = 0;  // mean overlap of the pairs (py-motmetrics gives 1 - motp)
  double recall = 0, precision = 0;
};
Clear clear_mot(const Sequence& sequence);

// Identity scores (Ristani et al. 2016): one assignment of whole tracks to each other over the whole video.
struct Identity {
  int true_positives = 0, false_positives = 0, misses = 0;
  double f1 = 0, precision = 0, recall = 0;
};
Identity identity(const Sequence& sequence);

// HOTA (Luiten et al. 2021): at each overlap threshold .05, .10 … .95 the geometric mean of how well boxes are found
// and how well they are joined over time; and the means over the thresholds.
struct Hota {
  static constexpr int kLevels = 19;
  std::array<double, kLevels> levels{};                               // HOTA at each threshold
  double hota = 0, detection = 0, association = 0, localisation = 0;  // HOTA, DetA, AssA, LocA
};
Hota hota(const Sequence& sequence);

}  // namespace vigil::eval
