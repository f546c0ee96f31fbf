#pragma once

#include <vector>

#include "vision/plates/gray.h"

namespace vigil::vision::plates {

// Parts of one height side by side: probably the characters of one line, from left to right.
struct GlyphLine {
  std::vector<Part> glyphs;
  double height = 0;  // median
};

// The lines of characters among connected parts: the largest group of parts that have one height, stand on one line
// and do not overlap; then, where `two_lines`, the next one above or below. From top to bottom.
std::vector<GlyphLine> find_lines(const Parts& parts, int width, int height, bool two_lines);

// The characters of a line alone, black on white, `size` samples high with a border around; everything else is gone.
Gray draw(const Gray& picture, const Parts& parts, const GlyphLine& line, int size);

}  // namespace vigil::vision::plates
