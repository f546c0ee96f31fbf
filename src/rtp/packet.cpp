#include "rtp/packet.h"

#include <cstddef>

namespace vigil::rtp {

std::optional<RtpView> parse_rtp(std::span<const std::uint8_t> bytes) {
  constexpr std::size_t kHeader = 12;
  if (bytes.size() < kHeader || bytes[0] >> 6 != 2) return std::nullopt;
  auto be16 = [&](std::size_t at) { return static_cast<std::uint16_t>(bytes[at] << 8 | bytes[at + 1]); };
  auto be32 = [&](std::size_t at) { return static_cast<std::uint32_t>(be16(at)) << 16 | be16(at + 2); };
  RtpView out;
  out.marker = (bytes[1] & 0x80) != 0;
  out.payload_type = bytes[1] & 0x7f;
  out.sequence = be16(2);
  out.timestamp = be32(4);
  out.ssrc = be32(8);
  std::size_t begin = kHeader + static_cast<std::size_t>(bytes[0] & 0x0f) * 4;
  if ((bytes[0] & 0x10) != 0) {
    if (bytes.size() < begin + 4) return std::nullopt;
    begin += 4 + static_cast<std::size_t>(be16(begin + 2)) * 4;
  }
  std::size_t end = bytes.size();
  if ((bytes[0] & 0x20) != 0 && end > begin) {
    const std::size_t padding = bytes.back();
    if (padding == 0 || padding > end - begin) return std::nullopt;
    end -= padding;
  }
  if (begin > end) return std::nullopt;
  out.payload = bytes.subspan(begin, end - begin);
  return out;
}

}  // namespace vigil::rtp
