#pragma once

#include "base/fd.h"
#include "extract/outlet.h"
#include "extract/request.h"
#include "media/clip.h"

namespace vigil::extract {

// Takes out of a video what is asked for, in this process. Errors: of media::open_clip(), of the outlet, and
//   media.no_pictures   nothing of it can be decoded
//   media.too_long      the video is longer than it may be
Result<Summary> work(Fd file, std::uint64_t size, Request request, const media::ClipOptions& options, Outlet& outlet);

}  // namespace vigil::extract
