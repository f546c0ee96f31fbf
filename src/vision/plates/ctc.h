#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include "vision/plate_text.h"

namespace vigil::vision::plates {

// Scores (not yet probabilities) of `classes` characters at `steps` places.
struct CtcScores {
  std::span<const float> values;
  std::size_t classes = 0, steps = 0;
  bool steps_first = false;  // [steps, classes] instead of [classes, steps]
};

// The best path through the scores (Graves et al., Connectionist Temporal Classification, 2006): the best character at
// each place, repetitions joined, blanks left out. A character's confidence is its best probability over the places it
// was joined from. Labels that are no letter or digit (a province's sign) are read and left out of the text.
PlateText read_best_path(const CtcScores& scores, const std::vector<std::string>& labels, std::size_t blank);

}  // namespace vigil::vision::plates
