#include "vision/onnx/wire.h"

namespace vigil::vision::onnx {
namespace {

constexpr std::uint64_t kMaxFieldNumber = (1u << 29) - 1;

}  // namespace

bool WireReader::varint(std::uint64_t& out) {
  out = 0;
  for (unsigned shift = 0; shift < 64 && !rest_.empty(); shift += 7) {
    auto byte = static_cast<std::uint8_t>(rest_.front());
    rest_.remove_prefix(1);
    out |= static_cast<std::uint64_t>(byte & 0x7f) << shift;
    if ((byte & 0x80) == 0) return true;
  }
  return false;
}

bool WireReader::fixed(std::size_t size, std::uint64_t& out) {
  if (rest_.size() < size) return false;
  out = 0;
  for (std::size_t i = 0; i < size; ++i)
    out |= static_cast<std::uint64_t>(static_cast<std::uint8_t>(rest_[i])) << (8 * i);
  rest_.remove_prefix(size);
  return true;
}

std::optional<WireField> WireReader::next() {
  if (rest_.empty() || broken_) return std::nullopt;
  const auto* begin = rest_.data();
  auto fail = [this] {
    broken_ = true;
    return std::nullopt;
  };
  std::uint64_t tag = 0;
  if (!varint(tag)) return fail();
  auto number = tag >> 3;
  if (number == 0 || number > kMaxFieldNumber) return fail();
  WireField field;
  field.number = static_cast<std::uint32_t>(number);
  switch (tag & 7) {
    case 0:
      field.type = WireField::Type::Varint;
      if (!varint(field.varint)) return fail();
      break;
    case 1:
      field.type = WireField::Type::Fixed64;
      if (!fixed(8, field.varint)) return fail();
      break;
    case 2: {
      field.type = WireField::Type::Bytes;
      std::uint64_t size = 0;
      if (!varint(size) || size > rest_.size()) return fail();
      field.bytes = rest_.substr(0, size);
      rest_.remove_prefix(size);
      break;
    }
    case 5:
      field.type = WireField::Type::Fixed32;
      if (!fixed(4, field.varint)) return fail();
      break;
    default:
      return fail();
  }
  field.whole = std::string_view(begin, static_cast<std::size_t>(rest_.data() - begin));
  return field;
}

void put_varint(std::string& out, std::uint64_t value) {
  while (value >= 0x80) {
    out.push_back(static_cast<char>(value | 0x80));
    value >>= 7;
  }
  out.push_back(static_cast<char>(value));
}

void put_field(std::string& out, std::uint32_t number, std::uint64_t value) {
  put_varint(out, static_cast<std::uint64_t>(number) << 3);
  put_varint(out, value);
}

void put_field(std::string& out, std::uint32_t number, std::string_view bytes) {
  put_varint(out, static_cast<std::uint64_t>(number) << 3 | 2);
  put_varint(out, bytes.size());
  out.append(bytes);
}

}  // namespace vigil::vision::onnx
