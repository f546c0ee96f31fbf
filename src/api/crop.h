#pragma once

#include "media/frame.h"
#include "model/box.h"

namespace vigil::api {

// The part of a frame around a box in its pixels, with a margin of a quarter of the box on each side, at least 32
// pixels wide and high where the frame is. Shares the frame's memory. The whole frame when the box lies outside.
media::FramePtr cut_out(const media::FramePtr& frame, const model::Box& box);

}  // namespace vigil::api
