#pragma once

#include <optional>
#include <span>
#include <vector>

#include "model/box.h"

namespace vigil::vision::attributes {

struct Face {
  model::Box box;  // pixels of the tensor
  float score = 0;
};

// How many prior boxes YuNet (2021: libfacedetection's "loc, conf, iou" outputs) has for a tensor of that size.
std::size_t prior_count(int width, int height);

// The best face among its outputs: offsets and sizes (14 for each prior), two scores, one overlap. Nothing below
// `least`, and when there are fewer numbers than priors.
std::optional<Face> best_face(std::span<const float> loc, std::span<const float> conf, std::span<const float> iou,
                              int width, int height, float least);

}  // namespace vigil::vision::attributes
