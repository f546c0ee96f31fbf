#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

// The wire format of Protocol Buffers (https://protobuf.dev/programming-guides/encoding/), as much as is needed to look
// at an ONNX model and to change a few fields of it without the memory that a whole object tree costs.

namespace vigil::vision::onnx {

struct WireField {
  std::uint32_t number = 0;
  enum class Type { Varint, Fixed64, Bytes, Fixed32 } type = Type::Varint;
  std::uint64_t varint = 0;  // also the value of fixed ones
  std::string_view bytes;    // of Type::Bytes
  std::string_view whole;    // tag and value as they were written
};

// Goes through the fields of one message. Every length is checked against what is there; groups are refused.
class WireReader {
 public:
  explicit WireReader(std::string_view message) : rest_(message) {}

  // Nothing at the end, and when the bytes are no message: then broken() is true.
  std::optional<WireField> next();
  bool broken() const { return broken_; }

 private:
  bool varint(std::uint64_t& out);
  bool fixed(std::size_t size, std::uint64_t& out);

  std::string_view rest_;
  bool broken_ = false;
};

// Appends fields to `out`.
void put_varint(std::string& out, std::uint64_t value);
void put_field(std::string& out, std::uint32_t number, std::uint64_t value);
void put_field(std::string& out, std::uint32_t number, std::string_view bytes);

}  // namespace vigil::vision::onnx
