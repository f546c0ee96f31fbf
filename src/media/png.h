#pragma once

#include "media/image.h"

namespace vigil::media {

// PNG through libpng. `info` is what inspect_image() said of the same bytes. Transparency becomes black. Private to
// this module.
Result<FramePtr> decode_png(std::span<const std::uint8_t> bytes, const ImageInfo& info);

}  // namespace vigil::media
