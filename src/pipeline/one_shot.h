#pragma once

#include <functional>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "media/packet.h"
#include "pipeline/camera_pipeline.h"
#include "pipeline/frame_ring.h"

namespace vigil::pipeline {

// Decodes `packets` (whole groups of pictures, in order) with a decoder of its own into `into`; no frame captured after
// `until` is kept. Broken packets are passed over. DeadlineExceeded when it takes longer than five seconds, Cancelled
// when `stopped` says so.
Result<void> decode_once(const std::vector<media::PacketPtr>& packets, WallTime until,
                         const DecoderFactory& make_decoder, Clock& clock, const std::function<bool()>& stopped,
                         FrameRing& into);

}  // namespace vigil::pipeline
