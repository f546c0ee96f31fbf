#pragma once

#include <memory>

#include "vision/detector.h"

namespace vigil::vision {

// Finds people without any model: what stands out against a learnt background, has a person's size (learnt, too) and
// looks like one to OpenCV's people detector. For fixed cameras; knows one class, "person". What it can and cannot do:
// docs/classic-detector.md.
std::unique_ptr<Detector> make_classic_detector();

}  // namespace vigil::vision
