#pragma once

#include <string>

#include "api/message.h"
#include "base/clock.h"
#include "media/image.h"

namespace vigil::api {

// width, height and quality of the query.
media::JpegOptions jpeg_options(const Request& request);

// The header of one JPEG in a multipart answer, with the empty line after it.
std::string part_header(std::size_t size, WallTime captured);

}  // namespace vigil::api
