#include <algorithm>
#include <cmath>
#include <unordered_map>
#include <vector>

#include "base/assignment.h"
#include "eval/tracking.h"

namespace vigil::eval {
namespace {

constexpr double kRounding = 1e-9;

// What two tracks have to do with each other.
struct Pair {
  double alignment = 0;  // sum of shares of overlap; later as a fraction of both tracks' lengths
  std::array<int, Hota::kLevels> matched{};
};

struct Level {
  int matched = 0;
  double overlaps = 0, association = 0;
};

class Measure {
 public:
  explicit Measure(const Sequence& sequence)
      : sequence_(sequence), truth_length_(sequence.truth_ids), result_length_(sequence.result_ids) {}

  Hota run() {
    align();
    for (const auto& frame : sequence_.frames) match(frame);
    return sum_up();
  }

 private:
  Pair& pair(int truth, int result) { return pairs_[static_cast<std::int64_t>(truth) * sequence_.result_ids + result]; }
  int length_together(std::int64_t key, int shared) const {
    return truth_length_[key / sequence_.result_ids] + result_length_[key % sequence_.result_ids] - shared;
  }

  // How much two tracks belong together over the whole video, so that each frame can be assigned in the light of it.
  void align() {
    std::vector<double> of_result;
    for (const auto& frame : sequence_.frames) {
      of_result.assign(frame.result.size(), 0);
      for (std::size_t t = 0; t < frame.truth.size(); ++t) {
        ++truth_length_[frame.truth[t]];
        for (std::size_t r = 0; r < frame.result.size(); ++r) of_result[r] += frame.at(t, r);
      }
      for (int r : frame.result) ++result_length_[r];
      for (std::size_t t = 0; t < frame.truth.size(); ++t) {
        double of_truth = 0;
        for (std::size_t r = 0; r < frame.result.size(); ++r) of_truth += frame.at(t, r);
        for (std::size_t r = 0; r < frame.result.size(); ++r) {
          const double own = frame.at(t, r);
          if (own > 0) pair(frame.truth[t], frame.result[r]).alignment += own / (of_truth + of_result[r] - own);
        }
      }
    }
    for (auto& [key, each] : pairs_) {
      const double lengths = truth_length_[key / sequence_.result_ids] + result_length_[key % sequence_.result_ids];
      each.alignment /= lengths - each.alignment;
    }
  }

  void match(const Frame& frame) {
    gains_.clear();
    for (std::size_t t = 0; t < frame.truth.size(); ++t) {
      for (std::size_t r = 0; r < frame.result.size(); ++r) {
        if (frame.at(t, r) <= 0) continue;
        const double gain = pair(frame.truth[t], frame.result[r]).alignment * frame.at(t, r);
        gains_.push_back({static_cast<int>(t), static_cast<int>(r), gain});
      }
    }
    const auto& found =
        assignment_.solve(static_cast<int>(frame.truth.size()), static_cast<int>(frame.result.size()), gains_);
    for (std::size_t t = 0; t < frame.truth.size(); ++t) {
      if (found[t] < 0) continue;
      const double overlap = frame.at(t, found[t]);
      auto& both = pair(frame.truth[t], frame.result[found[t]]);
      for (int level = 0; level < Hota::kLevels && overlap >= 0.05 * (level + 1) - kRounding; ++level) {
        ++both.matched[level];
        ++levels_[level].matched;
        levels_[level].overlaps += overlap;
      }
    }
  }

  Hota sum_up() {
    for (const auto& [key, each] : pairs_) {
      for (int level = 0; level < Hota::kLevels; ++level) {
        const int matched = each.matched[level];
        if (matched > 0) {
          levels_[level].association += static_cast<double>(matched) * matched / length_together(key, matched);
        }
      }
    }
    Hota score;
    for (int level = 0; level < Hota::kLevels; ++level) {
      const auto& sums = levels_[level];
      const int all = sequence_.truth_boxes + sequence_.result_boxes - sums.matched;
      const double detection = all > 0 ? static_cast<double>(sums.matched) / all : 0;
      const double association = sums.matched > 0 ? sums.association / sums.matched : 0;
      score.levels[level] = std::sqrt(detection * association);
      score.hota += score.levels[level] / Hota::kLevels;
      score.detection += detection / Hota::kLevels;
      score.association += association / Hota::kLevels;
      score.localisation += (sums.matched > 0 ? sums.overlaps / sums.matched : 1) / Hota::kLevels;
    }
    return score;
  }

  const Sequence& sequence_;
  std::vector<int> truth_length_, result_length_;
  std::unordered_map<std::int64_t, Pair> pairs_;
  std::array<Level, Hota::kLevels> levels_{};
  std::vector<PairGain> gains_;
  Assignment assignment_;
};

}  // namespace

Hota hota(const Sequence& sequence) {
  return Measure(sequence).run();
}

}  // namespace vigil::eval
