#include "live/rtp/header.h"

#include <cstring>

namespace vigil::live::rtp {
namespace {

void put16(std::uint8_t* at, std::uint32_t value) {
  at[0] = static_cast<std::uint8_t>(value >> 8);
  at[1] = static_cast<std::uint8_t>(value);
}
void put32(std::uint8_t* at, std::uint32_t value) {
  put16(at, value >> 16);
  put16(at + 2, value);
}
std::uint32_t get16(const std::uint8_t* at) {
  return static_cast<std::uint32_t>(at[0]) << 8 | at[1];
}
std::uint32_t get32(const std::uint8_t* at) {
  return get16(at) << 16 | get16(at + 2);
}

}  // namespace

std::size_t write(const Header& header, std::span<const std::uint8_t> extension, const Piece& piece,
                  std::span<std::uint8_t> out) {
  const auto size = kHeaderSize + extension.size() + piece.size();
  if (out.size() < size) return 0;
  auto* at = out.data();
  at[0] = extension.empty() ? 0x80 : 0x90;
  at[1] = static_cast<std::uint8_t>((header.marker ? 0x80 : 0) | (header.payload_type & 0x7f));
  put16(at + 2, header.sequence);
  put32(at + 4, header.timestamp);
  put32(at + 8, header.ssrc);
  at += kHeaderSize;
  if (!extension.empty()) std::memcpy(at, extension.data(), extension.size());
  at += extension.size();
  std::memcpy(at, piece.head.data(), piece.head_size);
  at += piece.head_size;
  if (!piece.body.empty()) std::memcpy(at, piece.body.data(), piece.body.size());
  return size;
}

std::optional<Parsed> parse(std::span<const std::uint8_t> bytes) {
  if (bytes.size() < kHeaderSize || bytes[0] >> 6 != 2) return std::nullopt;
  Parsed out;
  out.header.marker = (bytes[1] & 0x80) != 0;
  out.header.payload_type = bytes[1] & 0x7f;
  out.header.sequence = static_cast<std::uint16_t>(get16(&bytes[2]));
  out.header.timestamp = get32(&bytes[4]);
  out.header.ssrc = get32(&bytes[8]);
  std::size_t at = kHeaderSize + 4 * (bytes[0] & 0x0fu);
  if ((bytes[0] & 0x10) != 0) {
    if (bytes.size() < at + 4) return std::nullopt;
    at += 4 + 4 * get16(&bytes[at + 2]);
  }
  if (at > bytes.size()) return std::nullopt;
  out.payload = bytes.subspan(at);
  if ((bytes[0] & 0x20) != 0) {
    if (out.payload.empty() || out.payload.back() == 0 || out.payload.back() > out.payload.size()) return std::nullopt;
    out.payload = out.payload.first(out.payload.size() - out.payload.back());
  }
  return out;
}

}  // namespace vigil::live::rtp
