#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "rtp/packet.h"
#include "rtp/sdp.h"

namespace vigil::rtp {

// One access unit as it was in the packets: H.264 and H.265 with 4-byte lengths, JPEG whole, AAC without headers.
struct Unit {
  std::vector<std::uint8_t> data;
  std::uint32_t timestamp = 0;
};

// Puts the access units of one track together. A unit is given out with its last packet (the marker), not with the
// first of the next one; where a camera's markers prove wrong, it changes over to the time stamps, which cost one frame
// of delay. Units with holes are left out. Not thread-safe.
class Depacketiser {
 public:
  virtual ~Depacketiser() = default;
  // In sequence. `gap`: packets before this one are missing.
  virtual void push(const RtpView& packet, bool gap, std::vector<Unit>& out) = 0;
  // Units left out because of holes or nonsense.
  std::uint64_t damaged() const { return damaged_; }

 protected:
  std::uint64_t damaged_ = 0;
};

// H.264 (RFC 6184), H.265 (RFC 7798), JPEG (RFC 2435), MPEG-4 video (RFC 6416), AAC (RFC 3640), G.711 and Opus. Null
// for all others.
std::unique_ptr<Depacketiser> make_depacketiser(const MediaDescription& media);

constexpr std::size_t kMaxUnit = 8 << 20;  // bytes; markers do get lost

}  // namespace vigil::rtp
