#pragma once

#include <memory>

#include "media/clip.h"
#include "media/video_file.h"

namespace vigil::screening {

// All pictures of a clip, as `pipeline::analyse_file` reads them. `clip` must outlive it.
std::unique_ptr<media::VideoFile> make_clip_file(media::Clip& clip);

}  // namespace vigil::screening
