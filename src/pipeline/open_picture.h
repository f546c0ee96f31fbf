#pragma once

#include <functional>
#include <span>
#include <vector>

#include "base/result.h"
#include "media/frame.h"
#include "media/packet.h"
#include "pipeline/analyst.h"

namespace vigil::pipeline {

// The last picture of a group of packets that belongs to no running camera, opened where `analysts` open them. Blocks
// for up to some seconds. Errors as of Analyst::decode().
Result<media::FramePtr> open_picture(Analysts& analysts, const std::vector<media::PacketPtr>& group,
                                     const std::function<bool()>& stopped);

// The same for a JPEG or PNG picture; besides, what media::inspect_image says.
Result<media::FramePtr> open_picture(Analysts& analysts, std::span<const std::uint8_t> image);

}  // namespace vigil::pipeline
