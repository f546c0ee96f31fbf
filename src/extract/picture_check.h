#pragma once

#include "extract/messages.h"

namespace vigil::extract {

// Whether the bytes are what the note says, by their header: JPEG or PNG with these sides; MP4 for a preview. Nothing
// is decoded. DataLoss.
Result<void> check_picture(const PictureHead& picture, PictureFormat frames);

}  // namespace vigil::extract
