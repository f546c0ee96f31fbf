#pragma once

#include <cstdint>
#include <string_view>
#include <utility>
#include <vector>

#include "media/nal.h"

// Boxes of ISO/IEC 14496-12, written front to back; each gets its size when it ends.

namespace vigil::media {

class Boxes {
 public:
  void u8(std::uint8_t value) { out_.push_back(value); }
  void u16(std::uint16_t value) { append_be16(out_, value); }
  void u32(std::uint32_t value) { append_be32(out_, value); }
  void u64(std::uint64_t value) {
    u32(static_cast<std::uint32_t>(value >> 32));
    u32(static_cast<std::uint32_t>(value));
  }
  void zeros(std::size_t count) { out_.insert(out_.end(), count, 0); }
  void text(std::string_view text) { out_.insert(out_.end(), text.begin(), text.end()); }
  void bytes(Bytes bytes) { append(out_, bytes); }
  void set_u32(std::size_t at, std::uint32_t value) {
    for (std::size_t i = 0; i < 4; ++i) out_[at + i] = static_cast<std::uint8_t>(value >> (24 - 8 * i));
  }
  std::size_t size() const { return out_.size(); }
  std::vector<std::uint8_t> take() { return std::move(out_); }

 private:
  std::vector<std::uint8_t> out_;
};

// A box for as long as the object lives. `type`: four characters.
class Box {
 public:
  Box(Boxes& out, std::string_view type) : out_(out), at_(out.size()) {
    out_.u32(0);
    out_.text(type);
  }
  ~Box() { out_.set_u32(at_, static_cast<std::uint32_t>(out_.size() - at_)); }
  Box(const Box&) = delete;
  Box& operator=(const Box&) = delete;

 private:
  Boxes& out_;
  std::size_t at_;
};

// A box with version and flags.
class FullBox : public Box {
 public:
  FullBox(Boxes& out, std::string_view type, std::uint8_t version, std::uint32_t flags) : Box(out, type) {
    out.u32(static_cast<std::uint32_t>(version) << 24 | flags);
  }
};

}  // namespace vigil::media
