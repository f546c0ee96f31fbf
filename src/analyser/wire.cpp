#include "analyser/wire.h"

#include <cstring>

namespace vigil::analyser {
namespace {

constexpr std::uint32_t kMagic = 0x31414756;  // "VGA1"

constexpr std::array<std::uint32_t, 256> make_table() {
  std::array<std::uint32_t, 256> table{};
  for (std::uint32_t i = 0; i < 256; ++i) {
    std::uint32_t crc = i;
    for (int bit = 0; bit < 8; ++bit) crc = (crc & 1) != 0 ? (crc >> 1) ^ 0x82f63b78u : crc >> 1;
    table[i] = crc;
  }
  return table;
}
constexpr auto kTable = make_table();

template <typename T>
void put(HeaderBytes& out, std::size_t at, T value) {
  std::memcpy(out.data() + at, &value, sizeof value);
}
template <typename T>
T get(std::span<const std::uint8_t, kHeaderBytes> bytes, std::size_t at) {
  T value{};
  std::memcpy(&value, bytes.data() + at, sizeof value);
  return value;
}

Error broken(const char* what) {
  return make_error(ErrorKind::DataLoss, std::string("the other side sends nonsense: ") + what);
}

}  // namespace

std::uint32_t crc32c(std::span<const std::uint8_t> bytes) {
  std::uint32_t crc = 0xffffffffu;
  for (const auto byte : bytes) crc = (crc >> 8) ^ kTable[(crc ^ byte) & 0xff];
  return ~crc;
}

HeaderBytes encode(const Header& header) {
  HeaderBytes out{};
  put(out, 0, kMagic);
  put(out, 4, static_cast<std::uint16_t>(header.type));
  put(out, 6, header.flags);
  put(out, 8, header.length);
  put(out, 12, header.camera);
  put(out, 16, header.scope);
  put(out, 20, header.sequence);
  put(out, 28, header.pts_us);
  put(out, 36, header.sent_ns);
  put(out, 44, crc32c(std::span(out).first(44)));
  return out;
}

Result<Header> decode_header(std::span<const std::uint8_t, kHeaderBytes> bytes, std::uint32_t longest) {
  if (get<std::uint32_t>(bytes, 0) != kMagic) return broken("no header where one must be");
  if (get<std::uint32_t>(bytes, 44) != crc32c(bytes.first(44))) return broken("a header with a wrong checksum");
  Header out;
  const auto type = get<std::uint16_t>(bytes, 4);
  if (type == 0 || type > static_cast<std::uint16_t>(kLastType)) return broken("an unknown type");
  out.type = static_cast<Type>(type);
  out.flags = get<std::uint16_t>(bytes, 6);
  out.length = get<std::uint32_t>(bytes, 8);
  if (out.length > longest) return broken("a message that is too long");
  out.camera = get<std::uint32_t>(bytes, 12);
  out.scope = get<std::uint32_t>(bytes, 16);
  out.sequence = get<std::uint64_t>(bytes, 20);
  out.pts_us = get<std::int64_t>(bytes, 28);
  out.sent_ns = get<std::uint64_t>(bytes, 36);
  return out;
}

}  // namespace vigil::analyser
