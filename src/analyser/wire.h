#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

#include "base/result.h"

// How server and analyser child talk over their socket pair: a header of 48 bytes, then `length` bytes of body
// (messages.h). Little-endian: magic u32, type u16, flags u16, length u32, camera u32, scope u32, sequence u64,
// pts_us i64, sent_ns u64, CRC-32C of the 44 bytes before it. Whoever receives takes nothing for granted.

namespace vigil::analyser {

constexpr std::size_t kHeaderBytes = 48;
constexpr std::uint32_t kMaxToChild = 24u << 20;  // the largest picture that may be pushed has 20 MiB
constexpr std::uint32_t kMaxToServer = 2u << 20;  // pictures do not travel here but as memory files
constexpr std::uint16_t kProtocol = 4;

enum class Type : std::uint16_t {
  // to the child
  Welcome = 1,  // first of all
  Camera,       // a camera, new or with other settings
  Params,       // codec parameters of the packets that follow
  Packet,
  Discontinuity,  // packets of the camera were left out, or what was kept of it is not needed any more
  Fetch,          // pictures that were kept
  Once,           // begins a decoding of its own, of the packets with its scope
  OnceEnd,        // all its packets were sent
  Cancel,         // nobody waits for the answer any more
  Ping,
  // to the server
  Hello,
  Credit,
  Done,  // a packet was decoded, or not
  Observation,
  FrameRef,  // a picture; its memory file comes along
  Answer,    // to Fetch and Once: all pictures were sent, or why there are none
  Problem,   // settings that cannot be obeyed
  Stats,
  Rendered,  // a packet of a rendition, which is the scope
  Sounded,   // sound that came in, as Opus
  Pong,
  // both ways
  SeedTracks,
  Bye,  // of a camera; of camera 0: end
};
constexpr Type kLastType = Type::Bye;

// Of a packet, and of Done.
namespace flag {
constexpr std::uint16_t kKey = 1;
constexpr std::uint16_t kDiscontinuity = 2;
constexpr std::uint16_t kKeep = 4;
constexpr std::uint16_t kSend = 8;
constexpr std::uint16_t kAlone = 16;
constexpr std::uint16_t kSkipFilter = 32;
constexpr std::uint16_t kAnalyse = 64;
constexpr std::uint16_t kOnce = 128;                      // of a decoding of its own; scope is the request
constexpr std::uint16_t kFailed = 256;                    // Done only
constexpr std::uint16_t kForget = 512;                    // Discontinuity only
constexpr std::uint16_t kAnnotated = 1024, kH264 = 2048;  // renditions to be made of the packet's pictures
}  // namespace flag

struct Header {
  Type type = Type::Ping;
  std::uint16_t flags = 0;
  std::uint32_t length = 0;  // of the body
  std::uint32_t camera = 0;  // number that the server gave it; 0: none
  std::uint32_t scope = 0;   // epoch of a packet, number of a request
  std::uint64_t sequence = 0;
  std::int64_t pts_us = 0;
  std::uint64_t sent_ns = 0;  // monotonic clock

  bool operator==(const Header&) const = default;
};

using HeaderBytes = std::array<std::uint8_t, kHeaderBytes>;

HeaderBytes encode(const Header& header);

// DataLoss on anything that encode() does not make, and on a body longer than `longest`.
Result<Header> decode_header(std::span<const std::uint8_t, kHeaderBytes> bytes, std::uint32_t longest);

// Castagnoli's polynomial, reflected, as of RFC 3720.
std::uint32_t crc32c(std::span<const std::uint8_t> bytes);

}  // namespace vigil::analyser
