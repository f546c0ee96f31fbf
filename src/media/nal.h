#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

// NAL units of H.264 and H.265 as byte ranges: Annex B of both standards, and length-prefixed as in ISO/IEC 14496-15.

namespace vigil::media {

using Bytes = std::span<const std::uint8_t>;

// No picture of a camera needs more; also bounds what a unit of one-byte NAL units can cost.
constexpr std::size_t kMaxUnitBytes = 32u << 20;
constexpr std::size_t kMaxNals = 8192;

// True when the bytes begin with a start code of 3 or 4 bytes.
bool starts_with_start_code(Bytes bytes);

// The position of the next 00 00 01 at or after `from`; bytes.size() when there is none.
std::size_t find_start_code(Bytes bytes, std::size_t from);

// Appends the NAL units of an Annex B byte stream, without start codes and trailing zeros. Bytes before the first start
// code are taken as a NAL unit of their own when `head_is_nal`, else passed over. False when there are more than
// kMaxNals.
bool split_annexb(Bytes bytes, bool head_is_nal, std::vector<Bytes>& out);

// Walks length-prefixed NAL units (`length_size` 1 to 4). False, with `out` unchanged, unless the lengths add up
// exactly. Empty NAL units are passed over.
bool split_length_prefixed(Bytes bytes, int length_size, std::vector<Bytes>& out);

// Removes emulation prevention bytes (00 00 03 → 00 00), looking at no more than `limit` bytes.
std::vector<std::uint8_t> unescape(Bytes nal, std::size_t limit = SIZE_MAX);

void append_be16(std::vector<std::uint8_t>& out, std::size_t value);
void append_be32(std::vector<std::uint8_t>& out, std::size_t value);
void append(std::vector<std::uint8_t>& out, Bytes bytes);

}  // namespace vigil::media
