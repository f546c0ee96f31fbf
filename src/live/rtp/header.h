#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

#include "live/rtp/unit.h"

// The fixed header of RTP (RFC 3550, 5.1), one-byte header extensions (RFC 8285).

namespace vigil::live::rtp {

inline constexpr std::size_t kHeaderSize = 12;

struct Header {
  std::uint8_t payload_type = 0;  // 7 bits
  bool marker = false;
  std::uint16_t sequence = 0;
  std::uint32_t timestamp = 0;
  std::uint32_t ssrc = 0;
};

// Writes header, extension (whole, with its own 4-byte head, a multiple of 4 bytes; may be empty) and the piece.
// Returns the size; 0 when `out` is too small.
std::size_t write(const Header& header, std::span<const std::uint8_t> extension, const Piece& piece,
                  std::span<std::uint8_t> out);

struct Parsed {
  Header header;
  std::span<const std::uint8_t> payload;  // without extension and padding
};
// Nothing when the bytes are no RTP packet.
std::optional<Parsed> parse(std::span<const std::uint8_t> bytes);

}  // namespace vigil::live::rtp
