#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "base/result.h"
#include "media/codec.h"
#include "media/packet.h"

// Access units cut into RTP payloads once per stream, for any number of receivers: what differs between receivers
// (payload type, sequence number, SSRC, time offset) is in the header, which each of them writes for itself. The bytes
// of the pictures are not copied. Pure, no sockets.
//   H.264: RFC 6184, packetization-mode 1 (single NAL units, FU-A, STAP-A for the parameter sets); H.265: RFC 7798
//   (single NAL units, FU, AP for the parameter sets); AAC: RFC 3640 AAC-hbr, one access unit; Opus: RFC 7587;
//   G.711: RFC 3551.

namespace vigil::live::rtp {

// The payload of one RTP packet: `head`, then `body`.
struct Piece {
  std::array<std::uint8_t, 4> head{};  // FU header, AU header; the first head_size bytes
  std::uint8_t head_size = 0;
  bool marker = false;
  std::uint32_t later = 0;             // RTP clock ticks after the unit's timestamp (G.711 in several packets)
  std::span<const std::uint8_t> body;  // into the packet's data, its params' extradata or `made` of the unit

  std::size_t size() const { return head_size + body.size(); }
};

// One access unit, cut. Immutable; its pieces live as long as it does.
struct Unit {
  media::PacketPtr packet;
  std::vector<std::uint8_t> made;  // the aggregate of the parameter sets
  std::vector<Piece> pieces;       // never empty
  std::uint32_t timestamp = 0;     // packet->pts in the clock of the track, modulo 2^32
  std::size_t payload_bytes = 0;   // of all pieces
};
using UnitPtr = std::shared_ptr<const Unit>;

// `time` in a clock of `rate` ticks a second, modulo 2^32; without overflow for any time.
std::uint32_t rtp_time(Ticks time, int rate);

// Pieces of at most `max_payload` bytes (at least 64). Before every key frame come the parameter sets of packet.params,
// aggregated where they fit. The marker is on the last piece of video and AAC units. InvalidArgument where
// media::rtp_supports() is false or the Opus packet does not fit, DataLoss on broken data.
Result<UnitPtr> cut(media::PacketPtr packet, std::size_t max_payload);

}  // namespace vigil::live::rtp
