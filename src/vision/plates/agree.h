#pragma once

#include <vector>

#include "vision/plate_text.h"

namespace vigil::vision::plates {

struct Opinion {
  PlateText text;
  double weight = 1;
};

// One text out of several readings of the same picture: those of the length that weighs most, and at each place the
// character with the most confidence. A character's confidence is its share of what was said about its place.
PlateText agree(const std::vector<Opinion>& opinions);

}  // namespace vigil::vision::plates
