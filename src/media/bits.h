#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace vigil::media {

// Reads bits, most significant first. Reading past the end gives zeros and makes ok() false for good, so that a parser
// may check once at its end; loops must still be bounded by their own limits.
class BitReader {
 public:
  explicit BitReader(std::span<const std::uint8_t> bytes) : bytes_(bytes) {}

  std::uint32_t bit() {
    if (at_ >= bytes_.size() * 8) {
      ok_ = false;
      return 0;
    }
    auto value = (bytes_[at_ / 8] >> (7 - at_ % 8)) & 1u;
    ++at_;
    return value;
  }
  bool flag() { return bit() != 0; }

  // At most 32 bits.
  std::uint32_t bits(int count) {
    std::uint32_t value = 0;
    for (int i = 0; i < count; ++i) value = (value << 1) | bit();
    return value;
  }

  void skip(std::size_t count) {
    auto left = bytes_.size() * 8 - at_;
    if (count > left) {
      ok_ = false;
      count = left;
    }
    at_ += count;
  }

  // Exp-Golomb code, unsigned; codes of more than 32 bits are an error.
  std::uint32_t ue() {
    int zeros = 0;
    while (ok_ && !flag()) {
      if (++zeros > 31) {
        ok_ = false;
        return 0;
      }
    }
    return ok_ ? (1u << zeros) - 1u + bits(zeros) : 0;
  }

  // Exp-Golomb code, signed.
  std::int32_t se() {
    auto code = static_cast<std::int64_t>(ue());
    return static_cast<std::int32_t>(code % 2 != 0 ? (code + 1) / 2 : -(code / 2));
  }

  bool ok() const { return ok_; }
  std::size_t position() const { return at_; }

 private:
  std::span<const std::uint8_t> bytes_;
  std::size_t at_ = 0;
  bool ok_ = true;
};

}  // namespace vigil::media
