#include <cstddef>
#include <cstdint>

#include "live/rtp/header.h"
#include "live/rtp/rtcp.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace vigil::live;
  if (const auto parsed = rtp::parse_rtcp({data, size})) {
    for (const auto& block : parsed->reports) (void)rtp::round_trip(block, vigil::WallTime{});
  }
  (void)rtp::parse({data, size});
  return 0;
}
