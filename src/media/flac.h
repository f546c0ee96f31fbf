#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

// FLAC: what stands before its frames (RFC 9639, 8.2).

namespace vigil::media::flac {

constexpr std::size_t kInfoBytes = 34;

struct Info {
  int sample_rate = 0;  // Hz, never 0
  int channels = 1;     // 1 to 8
  int bits_per_sample = 16;
  int block_size = 0;               // samples of a frame at most, never 0
  std::vector<std::uint8_t> bytes;  // STREAMINFO by itself
};

// From STREAMINFO, or from a whole header ("fLaC", then blocks with their heads).
std::optional<Info> parse_info(std::span<const std::uint8_t> bytes);

}  // namespace vigil::media::flac
