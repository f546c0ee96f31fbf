#pragma once

#include "media/ffmpeg/av.h"

namespace vigil::media::ffmpeg {

// Quarter turns, clockwise, that bring a picture upright (phones write how they were held).
int turns_of(const AVStream& stream);

}  // namespace vigil::media::ffmpeg
