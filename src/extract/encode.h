#pragma once

#include <cstdint>
#include <vector>

#include "extract/request.h"
#include "media/frame.h"

namespace vigil::extract {

struct Encoded {
  std::vector<std::uint8_t> bytes;
  int width = 0, height = 0;
};

inline constexpr std::size_t kMostPictureBytes = 60u << 20;

// As the request wants frames. PayloadTooLarge (extract.picture).
Result<Encoded> encode(const media::Frame& frame, const Request& request);

}  // namespace vigil::extract
