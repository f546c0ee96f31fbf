#pragma once

#include <vector>

#include "vision/onnx/candidate.h"
#include "vision/preprocess.h"

// Looking at overlapping parts of a picture, so that small objects have more of the model's pixels.

namespace vigil::vision::onnx {

// Two by two up to 2048 pixels of width or height, three by three beyond; neighbours share a fifth. Empty for pictures
// too small to be worth it.
std::vector<Region> tiles_of(int width, int height);

// An object that an inner edge of its tile cuts is only a part of one: others shall win over it. Candidates in pixels
// of the picture.
void demote_cut(std::vector<Candidate>& found, const Region& tile, int width, int height);

// Drops boxes that lie within another one of their class almost completely: what a tile's edge left of an object.
// `candidates`: best first.
void drop_parts(std::vector<Candidate>& candidates);

}  // namespace vigil::vision::onnx
