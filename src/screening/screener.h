#pragma once

#include <stop_token>

#include "base/clock.h"
#include "extract/extractor.h"
#include "screening/outlet.h"
#include "screening/request.h"

namespace vigil::screening {

struct Screened {
  Summary summary;
  sandbox::Report sandbox;
};

// Looks at a video as `vigil process` does, in a child with a sandbox around it that has nothing but the video. The
// outlet is called on the caller's thread, never with anything that was not checked. Ends early by `stop` (Cancelled).
// `program`: what is started (extract::Program, with the arguments of a screening child).
//
// Errors: those of extract::extract(), of the detector's model, and
//   media.no_pictures   nothing of it can be decoded
//   media.too_long      the video is longer than it may be
Result<Screened> screen(const extract::Program& program, const extract::Input& input, const Request& request,
                        const Places& places, const extract::Limits& limits, Outlet& outlet, std::stop_token stop = {},
                        Clock& clock = system_clock());

}  // namespace vigil::screening
