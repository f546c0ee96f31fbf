#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "base/result.h"
#include "model/observation.h"
#include "model/polygon.h"

// Masks of objects: grids of 0 and 1 over the object's box, run lengths for keeping them, outlines for drawing. Pure.

namespace vigil::vision {

constexpr int kMaxMaskSide = 1024;

// Run lengths over rows, beginning with zeros. `bits`: width · height of them, anything but 0 is 1. InvalidArgument:
// another number of bits, a side of none or more than kMaxMaskSide.
Result<model::Mask> encode_mask(const std::vector<std::uint8_t>& bits, int width, int height);

// InvalidArgument: the runs are not as long as the grid, or sides out of bounds.
Result<std::vector<std::uint8_t>> decode_mask(const model::Mask& mask);

// The samples that are 1; 0 for a mask that is none.
std::size_t mask_area(const model::Mask& mask);

// The outlines of the mask's parts, the longest first, at most `most`; corners as parts of the box's sides (0..1).
// Holes are left out. Along the edges of the samples (crack following), then every corner goes that lies nearer than
// `tolerance` samples to the line without it (D. Douglas and T. Peucker, 1973). InvalidArgument as decode_mask().
Result<std::vector<model::Polygon>> mask_outlines(const model::Mask& mask, double tolerance = 0.75,
                                                  std::size_t most = 8);

// What lies inside of any of the polygons (even-odd rule, centres of samples).
Result<model::Mask> mask_of(const std::vector<model::Polygon>& outlines, int width, int height);

}  // namespace vigil::vision
