#pragma once

#include <memory>

#include "app/options.h"
#include "cameras/cameras.h"
#include "ingest/rtmp_server.h"

namespace vigil::app {

// Starts what encoders publish to. Null where ingest.rtmp.listen is empty. InvalidArgument: the setting; Unavailable:
// the port is taken. `cameras` outlives it.
Result<std::unique_ptr<ingest::RtmpServer>> start_rtmp(const Settings& settings, const cameras::Cameras& cameras,
                                                       Clock& clock);

}  // namespace vigil::app
