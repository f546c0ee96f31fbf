#pragma once

#include <vector>

#include "vision/plates.h"
#include "vision/plates/glyphs.h"

namespace vigil::vision::plates {

// One way to see characters in the picture of a plate.
struct Look {
  Gray picture;  // dark characters
  Parts parts;
  std::vector<GlyphLine> lines;
  double quality = 0;  // how much like a plate's they are: many, of one size
};

// The best few ways, best first: dark on light and light on dark, thresholds that part what touches and join what is
// broken. Empty where there are no two characters side by side.
std::vector<Look> look_for_lines(const media::Frame& frame, const PlateSpot& spot);

}  // namespace vigil::vision::plates
