#include <cstddef>
#include <cstdint>

#include "live/webrtc/stun.h"

// STUN from the network: whatever parses can be asked whether it was signed.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace vigil::live::webrtc;
  if (const auto message = stun::parse({data, size})) {
    (void)stun::integrity_holds(*message, "VOkJxbRl1RmTxUk/WvJxBt");
    if (message->mapped) (void)stun::success(message->transaction, *message->mapped, "password");
  }
  return 0;
}
