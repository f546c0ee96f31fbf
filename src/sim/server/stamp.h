#pragma once

#include <cstdint>

#include "base/clock.h"
#include "media/packet.h"

namespace vigil::sim {

// What a stamp begins with in the bytes of a picture. After it: 'K' or 'D' (key frame or not), 16 hexadecimal digits of
// the microseconds since 1970, 8 of the number of the picture. No byte of it is ever escaped, so that whoever has the
// bytes of a picture finds it, however they came: bench/viewers does.
inline constexpr char kStampMark[] = "vigil-sim-stamp1";

// The picture with an SEI message (user data, ITU-T H.264 D.1.6, H.265 D.2.6) before its first slice. Other codecs, and
// bytes that are not NAL units with four bytes of length, come back as they are.
media::Packet stamped(const media::Packet& packet, WallTime wall, std::uint32_t number);

}  // namespace vigil::sim
