#pragma once

#include "extract/outlet.h"
#include "extract/request.h"
#include "media/clip.h"

namespace vigil::extract {

// Thumbnails, contact sheet and preview out of up to 60 places of the video: the key frames there, where it has enough
// of them.
Result<void> survey(media::Clip& clip, const Request& request, Outlet& outlet);

}  // namespace vigil::extract
