#pragma once

#include <vector>

#include "media/demuxer.h"
#include "media/ffmpeg/av.h"

namespace vigil::media::ffmpeg {

// What a container or an SDP says of a stream.
CodecParams announced(const AVStream& stream);

// Which streams become tracks, by their index: the video first, then sound that belongs to it.
Demuxed<std::vector<int>> choose_streams(AVFormatContext& context, bool audio);

}  // namespace vigil::media::ffmpeg
