#include <vector>

#include "base/assignment.h"
#include "eval/tracking.h"

namespace vigil::eval {
namespace {

constexpr double kOverlap = 0.5;
constexpr double kRounding = 1e-9;
constexpr double kGoesOn = 1000;  // worth more than any other choice of pairs in a frame

struct Truth {
  int pair = -1;       // the last one
  int paired_in = -2;  // index of the frame of that
  int present = 0, tracked = 0;
  bool missed_since = false;
};

double ratio(double part, double whole) {
  return whole > 0 ? part / whole : 0;
}

}  // namespace

Clear clear_mot(const Sequence& sequence) {
  Clear score;
  std::vector<Truth> truths(sequence.truth_ids);
  Assignment assignment;
  std::vector<PairGain> gains;
  double overlaps = 0;
  for (int index = 0; index < static_cast<int>(sequence.frames.size()); ++index) {
    const auto& frame = sequence.frames[index];
    gains.clear();
    for (std::size_t t = 0; t < frame.truth.size(); ++t) {
      const auto& truth = truths[frame.truth[t]];
      for (std::size_t r = 0; r < frame.result.size(); ++r) {
        if (frame.at(t, r) < kOverlap - kRounding) continue;
        const bool goes_on = truth.paired_in == index - 1 && truth.pair == frame.result[r];
        gains.push_back({static_cast<int>(t), static_cast<int>(r), frame.at(t, r) + (goes_on ? kGoesOn : 0)});
      }
    }
    const auto& found =
        assignment.solve(static_cast<int>(frame.truth.size()), static_cast<int>(frame.result.size()), gains);
    for (std::size_t t = 0; t < frame.truth.size(); ++t) {
      auto& truth = truths[frame.truth[t]];
      ++truth.present;
      if (found[t] < 0) {
        truth.missed_since = true;
        continue;
      }
      const int pair = frame.result[found[t]];
      if (truth.pair >= 0 && truth.pair != pair) ++score.switches;
      if (truth.tracked > 0 && truth.missed_since) ++score.fragmentations;
      truth.missed_since = false;
      truth.pair = pair;
      truth.paired_in = index;
      ++truth.tracked;
      ++score.matched;
      overlaps += frame.at(t, found[t]);
    }
  }
  score.truth = sequence.truth_boxes;
  score.misses = sequence.truth_boxes - score.matched;
  score.false_positives = sequence.result_boxes - score.matched;
  score.truth_ids = sequence.truth_ids;
  for (const auto& truth : truths) {
    const double share = ratio(truth.tracked, truth.present);
    ++(share >= 0.8 ? score.mostly_tracked : share >= 0.2 ? score.partly_tracked : score.mostly_lost);
  }
  const int errors = score.misses + score.false_positives + score.switches;
  score.mota = score.truth > 0 ? 1 - static_cast<double>(errors) / score.truth : 0;
  score.motp = ratio(overlaps, score.matched);
  score.recall = ratio(score.matched, score.truth);
  score.precision = ratio(score.matched, sequence.result_boxes);
  return score;
}

}  // namespace vigil::eval
