#include "vision/plates/ctc.h"

#include <algorithm>
#include <cmath>

namespace vigil::vision::plates {
namespace {

struct Best {
  std::size_t label = 0;
  float probability = 0;
};

Best best_at(const CtcScores& scores, std::size_t step) {
  auto value = [&](std::size_t label) {
    return scores.values[scores.steps_first ? step * scores.classes + label : label * scores.steps + step];
  };
  Best out;
  for (std::size_t label = 1; label < scores.classes; ++label) {
    if (value(label) > value(out.label)) out.label = label;
  }
  const double top = value(out.label);
  double sum = 0;
  for (std::size_t label = 0; label < scores.classes; ++label) sum += std::exp(value(label) - top);
  out.probability = static_cast<float>(1 / sum);
  return out;
}

}  // namespace

PlateText read_best_path(const CtcScores& scores, const std::vector<std::string>& labels, std::size_t blank) {
  PlateText out;
  if (scores.classes == 0 || scores.values.size() < scores.classes * scores.steps) return out;
  std::size_t last = blank;
  bool kept = false;  // whether the character before is in the text
  for (std::size_t step = 0; step < scores.steps; ++step) {
    const auto best = best_at(scores, step);
    if (best.label == last) {
      if (kept) out.characters.back() = std::max(out.characters.back(), best.probability);
      continue;
    }
    last = best.label;
    kept = false;
    if (best.label == blank || best.label >= labels.size()) continue;
    const auto plain = plain_text(labels[best.label]);
    if (plain.size() != 1 || out.text.size() == kMaxPlateLength) continue;
    out.text += plain;
    out.characters.push_back(best.probability);
    kept = true;
  }
  double product = 1;
  for (const float each : out.characters) product *= each;
  if (!out.text.empty()) {
    out.confidence = static_cast<float>(std::pow(product, 1 / static_cast<double>(out.text.size())));
  }
  return out;
}

}  // namespace vigil::vision::plates
