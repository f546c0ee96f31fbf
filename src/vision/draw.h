#pragma once

#include "media/frame.h"
#include "model/observation.h"

namespace vigil::vision {

// A copy of the picture (I420) with a frame around each object that is believed, its label and its track's number;
// dashed where it was not seen in this picture. Line width and letters grow with the picture. Null for pictures that
// are not planar YUV with chroma (grey ones are drawn upon in grey).
media::FramePtr draw(const media::Frame& frame, const std::vector<model::SeenObject>& objects);

}  // namespace vigil::vision
