#include "vision/onnx/reshape.h"

#include <bit>
#include <cstdint>
#include <cstring>

#include "vision/onnx/wire.h"

namespace vigil::vision::onnx {
namespace {

using Type = WireField::Type;

constexpr std::uint32_t kGraphNode = 1;
namespace node_field {
constexpr std::uint32_t kInput = 1, kOutput = 2, kOperator = 4, kAttribute = 5;
}
constexpr std::uint32_t kAttributeTensor = 5;
namespace tensor_field {
constexpr std::uint32_t kDataType = 2, kIntegers = 7, kName = 8, kRaw = 9;
}
constexpr std::uint64_t kInt64 = 7;

Error broken() {
  return make_error(ErrorKind::InvalidArgument, "this is no ONNX model, or it is cut off");
}

// Raw values are little-endian, as this machine's are.
static_assert(std::endian::native == std::endian::little);

std::string zero_first(std::string_view raw) {
  std::string out(raw);
  std::int64_t first = 0;
  if (out.size() >= sizeof first) std::memcpy(&first, out.data(), sizeof first);
  if (first == 1) out[0] = 0;
  return out;
}

std::string zero_first_packed(std::string_view values) {
  std::string out(values);
  if (!out.empty() && out[0] == 1) out[0] = 0;
  return out;
}

Result<std::string> zeroed(std::string_view tensor) {
  std::string out;
  WireReader reader(tensor);
  bool first = true;  // values that are written one by one
  while (auto field = reader.next()) {
    if (field->number == tensor_field::kDataType && field->varint != kInt64) return std::string(tensor);
    if (field->number == tensor_field::kRaw && field->type == Type::Bytes) {
      put_field(out, field->number, zero_first(field->bytes));
    } else if (field->number == tensor_field::kIntegers && field->type == Type::Bytes) {
      put_field(out, field->number, zero_first_packed(field->bytes));
    } else if (field->number == tensor_field::kIntegers && first) {
      put_field(out, field->number, field->varint == 1 ? std::uint64_t{0} : field->varint);
      first = false;
    } else {
      out.append(field->whole);
    }
  }
  if (reader.broken()) return broken();
  return out;
}

}  // namespace

Result<std::set<std::string>> reshape_shapes(std::string_view graph) {
  std::set<std::string> out;
  WireReader nodes(graph);
  while (auto node = nodes.next()) {
    if (node->number != kGraphNode || node->type != Type::Bytes) continue;
    bool reshapes = false;
    int inputs = 0;
    std::string_view shape;
    WireReader fields(node->bytes);
    while (auto field = fields.next()) {
      if (field->number == node_field::kOperator) reshapes = field->bytes == "Reshape";
      if (field->number == node_field::kInput && ++inputs == 2) shape = field->bytes;
    }
    if (fields.broken()) return broken();
    if (reshapes && !shape.empty()) out.emplace(shape);
  }
  if (nodes.broken()) return broken();
  return out;
}

Result<std::string> with_any_count_node(std::string_view node, const std::set<std::string>& shapes) {
  bool constant = false, named = false;
  WireReader look(node);
  while (auto field = look.next()) {
    if (field->number == node_field::kOperator) constant = field->bytes == "Constant";
    if (field->number == node_field::kOutput) named = shapes.count(std::string(field->bytes)) != 0;
  }
  if (look.broken()) return broken();
  if (!constant || !named) return std::string(node);
  std::string out;
  WireReader fields(node);
  while (auto field = fields.next()) {
    if (field->number != node_field::kAttribute || field->type != Type::Bytes) {
      out.append(field->whole);
      continue;
    }
    std::string attribute;
    WireReader parts(field->bytes);
    while (auto part = parts.next()) {
      if (part->number == kAttributeTensor && part->type == Type::Bytes) {
        VIGIL_ASSIGN(auto tensor, zeroed(part->bytes));
        put_field(attribute, part->number, tensor);
      } else {
        attribute.append(part->whole);
      }
    }
    if (parts.broken()) return broken();
    put_field(out, field->number, attribute);
  }
  return out;
}

Result<std::string> with_any_count_tensor(std::string_view tensor, const std::set<std::string>& shapes) {
  WireReader look(tensor);
  while (auto field = look.next()) {
    if (field->number == tensor_field::kName && shapes.count(std::string(field->bytes)) != 0) return zeroed(tensor);
  }
  if (look.broken()) return broken();
  return std::string(tensor);
}

}  // namespace vigil::vision::onnx
