#pragma once

#include <array>

#include "vision/plates.h"

namespace vigil::vision::plates {

// The projective map from the unit square to four corners (P. Heckbert, Fundamentals of Texture Mapping, 1989).
class Quad {
 public:
  explicit Quad(const Corners& corners);
  Corner at(double u, double v) const;

 private:
  double a_, b_, c_, d_, e_, f_, g_, h_;
};

// The corners moved outwards by that part of the quad's height on each side.
Corners widened(const Corners& corners, double margin);

double mean_width(const Corners& corners);
double mean_height(const Corners& corners);

// Whether it is a convex quadrangle, clockwise on the screen and of some size: others do not show a plate.
bool sound(const Corners& corners);

}  // namespace vigil::vision::plates
