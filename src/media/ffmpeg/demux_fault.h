#pragma once

#include <string>

#include "media/demuxer.h"

namespace vigil::media::ffmpeg {

// What libav's error number means, where neither our interrupt nor our deadline ended the call. Adds the last thing
// that libav logged on this thread. `opening`: which time-out it was.
DemuxError demux_error(int code, bool opening);

}  // namespace vigil::media::ffmpeg
