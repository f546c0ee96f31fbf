#include "media/nal.h"

#include <algorithm>

namespace vigil::media {
namespace {

Bytes without_trailing_zeros(Bytes nal) {
  // The last byte of a NAL unit is never zero: it holds the stop bit, or the 03 that guards a zero.
  while (!nal.empty() && nal.back() == 0) nal = nal.first(nal.size() - 1);
  return nal;
}

}  // namespace

bool starts_with_start_code(Bytes bytes) {
  if (bytes.size() < 3 || bytes[0] != 0 || bytes[1] != 0) return false;
  return bytes[2] == 1 || (bytes.size() >= 4 && bytes[2] == 0 && bytes[3] == 1);
}

std::size_t find_start_code(Bytes bytes, std::size_t from) {
  // Looks at every third byte only, as long as that byte is neither 0 nor 1.
  const auto* data = bytes.data();
  std::size_t at = from;
  while (at + 3 <= bytes.size()) {
    if (data[at + 2] > 1) {
      at += 3;
    } else if (data[at + 1] != 0) {
      at += 2;
    } else if (data[at] != 0 || data[at + 2] != 1) {
      ++at;
    } else {
      return at;
    }
  }
  return bytes.size();
}

bool split_annexb(Bytes bytes, bool head_is_nal, std::vector<Bytes>& out) {
  auto add = [&](std::size_t begin, std::size_t end) {
    auto nal = without_trailing_zeros(bytes.subspan(begin, end - begin));
    if (!nal.empty()) out.push_back(nal);
    return out.size() <= kMaxNals;
  };
  auto code = find_start_code(bytes, 0);
  if (head_is_nal && !add(0, code)) return false;
  while (code < bytes.size()) {
    auto begin = code + 3;
    code = find_start_code(bytes, begin);
    if (!add(begin, code)) return false;
  }
  return true;
}

bool split_length_prefixed(Bytes bytes, int length_size, std::vector<Bytes>& out) {
  const auto before = out.size();
  const auto prefix = static_cast<std::size_t>(length_size);
  std::size_t at = 0;
  while (at < bytes.size()) {
    if (bytes.size() - at < prefix) break;
    std::size_t length = 0;
    for (std::size_t i = 0; i < prefix; ++i) length = (length << 8) | bytes[at + i];
    at += prefix;
    if (length > bytes.size() - at || out.size() - before >= kMaxNals) break;
    if (length > 0) out.push_back(bytes.subspan(at, length));
    at += length;
    if (at == bytes.size()) return true;
  }
  out.resize(before);
  return false;
}

std::vector<std::uint8_t> unescape(Bytes nal, std::size_t limit) {
  nal = nal.first(std::min(limit, nal.size()));
  std::vector<std::uint8_t> out;
  out.reserve(nal.size());
  int zeros = 0;
  for (auto byte : nal) {
    if (zeros >= 2 && byte == 3) {
      zeros = 0;
      continue;
    }
    out.push_back(byte);
    zeros = byte == 0 ? zeros + 1 : 0;
  }
  return out;
}

void append_be16(std::vector<std::uint8_t>& out, std::size_t value) {
  out.push_back(static_cast<std::uint8_t>(value >> 8));
  out.push_back(static_cast<std::uint8_t>(value));
}

void append_be32(std::vector<std::uint8_t>& out, std::size_t value) {
  append_be16(out, value >> 16);
  append_be16(out, value);
}

void append(std::vector<std::uint8_t>& out, Bytes bytes) {
  out.insert(out.end(), bytes.begin(), bytes.end());
}

}  // namespace vigil::media
