#pragma once

#include <cstdint>
#include <optional>
#include <span>

namespace vigil::rtp {

// One RTP packet (RFC 3550, 5.1) as it came; the payload is a view, without padding and header extension.
struct RtpView {
  std::uint8_t payload_type = 0;
  bool marker = false;
  std::uint16_t sequence = 0;
  std::uint32_t timestamp = 0;
  std::uint32_t ssrc = 0;
  std::span<const std::uint8_t> payload;
};

// Nothing when it is no RTP packet of version 2, or its lengths do not add up.
std::optional<RtpView> parse_rtp(std::span<const std::uint8_t> bytes);

}  // namespace vigil::rtp
