#include "media/flac.h"

#include <algorithm>
#include <array>

namespace vigil::media::flac {
namespace {

constexpr std::array<std::uint8_t, 4> kMagic = {'f', 'L', 'a', 'C'};
constexpr std::size_t kBlockHead = 4;
constexpr int kLeastBlock = 16;

}  // namespace

std::optional<Info> parse_info(std::span<const std::uint8_t> bytes) {
  if (bytes.size() >= kMagic.size() && std::equal(kMagic.begin(), kMagic.end(), bytes.begin())) {
    const auto head = kMagic.size() + kBlockHead;
    // STREAMINFO comes first.
    if (bytes.size() < head || (bytes[4] & 0x7f) != 0) return std::nullopt;
    bytes = bytes.subspan(head);
  } else if (bytes.size() != kInfoBytes) {
    return std::nullopt;
  }
  if (bytes.size() < kInfoBytes) return std::nullopt;
  bytes = bytes.first(kInfoBytes);
  Info out;
  out.block_size = bytes[2] << 8 | bytes[3];
  out.sample_rate = bytes[10] << 12 | bytes[11] << 4 | bytes[12] >> 4;
  out.channels = (bytes[12] >> 1 & 7) + 1;
  out.bits_per_sample = ((bytes[12] & 1) << 4 | bytes[13] >> 4) + 1;
  if (out.sample_rate == 0 || out.block_size < kLeastBlock || out.bits_per_sample < 4) return std::nullopt;
  out.bytes.assign(bytes.begin(), bytes.end());
  return out;
}

}  // namespace vigil::media::flac
