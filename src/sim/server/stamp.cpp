#include "sim/server/stamp.h"

#include <fmt/format.h>

#include <string>

namespace vigil::sim {
namespace {

bool is_slice(media::Codec codec, std::uint8_t header) {
  if (codec == media::Codec::H264) return (header & 31) >= 1 && (header & 31) <= 5;
  return (header >> 1 & 63) < 32;
}

// Where the first slice begins; the size where there is none.
std::size_t first_slice(media::Codec codec, std::span<const std::uint8_t> bytes) {
  std::size_t at = 0;
  while (at + 5 <= bytes.size()) {
    if (is_slice(codec, bytes[at + 4])) return at;
    std::size_t length = 0;
    for (std::size_t i = 0; i < 4; ++i) length = length << 8 | bytes[at + i];
    if (length == 0 || length > bytes.size() - at - 4) break;
    at += 4 + length;
  }
  return bytes.size();
}

}  // namespace

media::Packet stamped(const media::Packet& packet, WallTime wall, std::uint32_t number) {
  if (!packet.params) return packet;
  const auto codec = packet.params->codec;
  if (codec != media::Codec::H264 && codec != media::Codec::H265) return packet;
  const auto bytes = packet.data.view();
  const auto at = static_cast<std::ptrdiff_t>(first_slice(codec, bytes));
  if (at == std::ssize(bytes)) return packet;
  const auto micros = std::chrono::duration_cast<std::chrono::microseconds>(wall.time_since_epoch()).count();
  const auto text = fmt::format("{}{}{:016x}{:08x}", kStampMark, packet.key ? 'K' : 'D', micros, number);
  std::string nal = codec == media::Codec::H264 ? std::string("\x06") : std::string("\x4e\x01");
  nal += '\x05';  // user_data_unregistered
  nal += static_cast<char>(text.size());
  nal += text;
  nal += '\x80';  // the end of the message
  std::vector<std::uint8_t> out(bytes.begin(), bytes.begin() + at);
  out.insert(out.end(), {0, 0, 0, static_cast<std::uint8_t>(nal.size())});
  out.insert(out.end(), nal.begin(), nal.end());
  out.insert(out.end(), bytes.begin() + at, bytes.end());
  auto copy = packet;
  copy.data = media::SharedBytes(std::move(out));
  return copy;
}

}  // namespace vigil::sim
