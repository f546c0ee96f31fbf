#pragma once

#include <vector>

#include "vision/plates.h"

namespace vigil::vision::plates {

// The best of those that overlap, best first, at most kMaxSpots.
constexpr std::size_t kMaxSpots = 20;
void keep_best(std::vector<PlateSpot>& spots);

Corners corners_of(const model::Box& box);

}  // namespace vigil::vision::plates
