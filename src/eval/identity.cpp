#include <unordered_map>
#include <vector>

#include "base/assignment.h"
#include "eval/tracking.h"

namespace vigil::eval {
namespace {

constexpr double kOverlap = 0.5;
constexpr double kRounding = 1e-9;

double ratio(double part, double whole) {
  return whole > 0 ? part / whole : 0;
}

}  // namespace

Identity identity(const Sequence& sequence) {
  std::unordered_map<std::int64_t, int> together;  // frames in which two tracks overlap
  for (const auto& frame : sequence.frames) {
    for (std::size_t t = 0; t < frame.truth.size(); ++t) {
      for (std::size_t r = 0; r < frame.result.size(); ++r) {
        if (frame.at(t, r) < kOverlap - kRounding) continue;
        ++together[static_cast<std::int64_t>(frame.truth[t]) * sequence.result_ids + frame.result[r]];
      }
    }
  }
  std::vector<PairGain> gains;
  gains.reserve(together.size());
  for (const auto& [key, frames] : together) {
    gains.push_back({static_cast<int>(key / sequence.result_ids), static_cast<int>(key % sequence.result_ids),
                     static_cast<double>(frames)});
  }
  Assignment assignment;
  const auto& found = assignment.solve(sequence.truth_ids, sequence.result_ids, gains);
  Identity score;
  for (int id = 0; id < sequence.truth_ids; ++id) {
    if (found[id] < 0) continue;
    score.true_positives += together[static_cast<std::int64_t>(id) * sequence.result_ids + found[id]];
  }
  score.false_positives = sequence.result_boxes - score.true_positives;
  score.misses = sequence.truth_boxes - score.true_positives;
  score.precision = ratio(score.true_positives, sequence.result_boxes);
  score.recall = ratio(score.true_positives, sequence.truth_boxes);
  score.f1 = ratio(2.0 * score.true_positives, sequence.result_boxes + sequence.truth_boxes);
  return score;
}

}  // namespace vigil::eval
