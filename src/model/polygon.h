#pragma once

#include <vector>

namespace vigil::model {

struct Point {
  double x = 0, y = 0;  // 0..1 of the picture's width and height, from the top left
  bool operator==(const Point&) const = default;
};
using Polygon = std::vector<Point>;  // at least three points, closed by itself

}  // namespace vigil::model
