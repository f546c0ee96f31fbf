#pragma once

#include "extract/request.h"
#include "media/clip.h"

namespace vigil::extract {

// Which pictures are to be decoded, by their place alone: the same whether the video is read from its beginning or
// from somewhere in it. Times must be sorted.
bool is_chosen(const Request& request, const media::ClipPlace& place);

// Whether a time that is asked for is shown by the picture there.
bool shows(const media::ClipPlace& place, Ticks time);

inline constexpr double kSceneFps = 4;  // so often, and at key frames, changes are looked for

}  // namespace vigil::extract
