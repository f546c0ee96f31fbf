#pragma once

#include <string>
#include <vector>

#include "base/result.h"

namespace vigil::model {

struct Point {
  double x = 0, y = 0;  // 0..1 of the picture's width and height, from the top left
  bool operator==(const Point&) const = default;
};
using Polygon = std::vector<Point>;  // at least three points, closed by itself

// At most 32 masks of 3 to 64 points, all of them inside 0..1; InvalidArgument with a pointer below `pointer`.
Result<void> check_masks(const std::vector<Polygon>& masks, const std::string& pointer);

}  // namespace vigil::model
