#include <cstddef>
#include <cstdint>
#include <string_view>

#include "rtp/depacketiser.h"
#include "rtp/sdp.h"

// Descriptions of cameras.

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  auto session = vigil::rtp::parse_sdp({reinterpret_cast<const char*>(data), size});
  if (!session.ok()) return 0;
  for (const auto& media : session->media) {
    vigil::rtp::control_url(session->control, media.control);
    vigil::rtp::make_depacketiser(media);
  }
  return 0;
}
