#pragma once

#include <optional>

#include "model/box.h"
#include "model/observation.h"
#include "vision/onnx/candidate.h"
#include "vision/onnx/layout.h"
#include "vision/preprocess.h"

namespace vigil::vision::onnx {

constexpr int kMaxMaskGrid = 160;  // of a mask's sides, in samples

// The mask of what a run found, over `box` (pixels of the picture, as it was clipped): the prototypes weighted by the
// object's coefficients, sampled bilinearly at two samples for each of their cells; above zero is the object (YOLACT,
// Bolya et al., 2019). Nothing: the plan has no masks, the outputs are not those of the plan, or none of it is set.
std::optional<model::Mask> instance_mask(const Plan& plan, const Outputs& outputs, const Canvas& canvas,
                                         const Placement& placement, const Candidate& found, const model::Box& box);

}  // namespace vigil::vision::onnx
