#pragma once

#include "vision/plates/gray.h"

namespace vigil::vision::plates {

// What the outline of a character says about it without knowing any font. Parts of the character's height and width.
struct Shape {
  int holes = 0;                         // of some size
  double hole_top = 0, hole_bottom = 0;  // of the largest
  double upright = 0;                    // part of the height on which its left edge is a straight upright line
  double flat = 0;                       // part of the width that its upper edge takes
  bool closed = false;                   // the largest hole is only one when a narrow gap is closed
};
Shape shape_of(const Parts& parts, const Part& part, int width);

// `read`, or the character that looks like it and has that shape: what has two holes is no S but an 8 or B, what has
// one at the bottom no G but a 6. Where strokes may be broken (holes missing) nothing is concluded. `leans`: no
// character of the line has an upright edge, so that a missing one says nothing.
char settle(char read, const Shape& shape, bool leans);

}  // namespace vigil::vision::plates
