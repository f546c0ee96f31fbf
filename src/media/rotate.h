#pragma once

#include "media/frame.h"

namespace vigil::media {

// The picture turned clockwise by so many quarters; the frame itself for none. Chroma keeps its samples where the
// layout allows it (I420, I444); I422 becomes I420.
FramePtr rotate(FramePtr frame, int quarters);

}  // namespace vigil::media
