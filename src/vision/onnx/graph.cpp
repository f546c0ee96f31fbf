#include "vision/onnx/graph.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <set>

#include "vision/onnx/reshape.h"
#include "vision/onnx/wire.h"

namespace vigil::vision::onnx {
namespace {

namespace model_field {
constexpr std::uint32_t kIrVersion = 1, kProducer = 2, kGraph = 7, kTraining = 20, kFunction = 25;
}
namespace graph_field {
constexpr std::uint32_t kNode = 1, kInitializer = 5, kInput = 11, kOutput = 12, kValueInfo = 13, kSparse = 15;
}
namespace node_field {
constexpr std::uint32_t kAttribute = 5;
}
namespace attribute_field {
constexpr std::uint32_t kTensor = 5, kGraph = 6, kTensors = 10, kGraphs = 11;
}
namespace tensor_field {
constexpr std::uint32_t kName = 8, kExternalData = 13, kDataLocation = 14;
}
namespace value_field {
constexpr std::uint32_t kName = 1, kType = 2;
}
constexpr std::uint32_t kTensorType = 1;  // of TypeProto
constexpr std::uint32_t kShape = 2;       // of TypeProto.Tensor
constexpr std::uint32_t kDim = 1;         // of TensorShapeProto
constexpr std::uint32_t kDimValue = 1, kDimName = 2;
constexpr std::uint32_t kFunctionNode = 7;

constexpr int kMaxDepth = 32;
constexpr std::size_t kMaxValues = 4096;  // inputs or outputs
constexpr std::size_t kMaxDims = 16;

using Type = WireField::Type;

Error broken() {
  return make_error(ErrorKind::InvalidArgument, "this is no ONNX model, or it is cut off");
}

// Calls visit(field) for each field; false ends the walk.
template <typename Visit>
Result<void> each_field(std::string_view message, Visit visit) {
  WireReader reader(message);
  while (auto field = reader.next()) {
    if (auto visited = visit(*field); !visited.ok()) return visited;
  }
  if (reader.broken()) return broken();
  return {};
}

Result<void> check_graph(std::string_view graph, int depth);

Result<std::string> check_tensor(std::string_view tensor) {
  std::string name;
  VIGIL_TRY(each_field(tensor, [&](const WireField& field) -> Result<void> {
    if (field.number == tensor_field::kName && field.type == Type::Bytes) name = std::string(field.bytes);
    if (field.number == tensor_field::kExternalData ||
        (field.number == tensor_field::kDataLocation && field.varint != 0)) {
      return make_error(ErrorKind::InvalidArgument,
                        "the model keeps weights in other files, which is not taken; export it as one file");
    }
    return {};
  }));
  return name;
}

Result<void> check_node(std::string_view node, int depth) {
  return each_field(node, [&](const WireField& field) -> Result<void> {
    if (field.number != node_field::kAttribute || field.type != Type::Bytes) return {};
    return each_field(field.bytes, [&](const WireField& inner) -> Result<void> {
      if (inner.type != Type::Bytes) return {};
      switch (inner.number) {
        case attribute_field::kTensor:
        case attribute_field::kTensors: {
          auto checked = check_tensor(inner.bytes);
          if (!checked) return std::move(checked).error();
          return {};
        }
        case attribute_field::kGraph:
        case attribute_field::kGraphs:
          return check_graph(inner.bytes, depth + 1);
        default:
          return {};
      }
    });
  });
}

// Nodes and weights of a graph and of the graphs within it.
Result<void> check_graph(std::string_view graph, int depth) {
  if (depth > kMaxDepth) return make_error(ErrorKind::InvalidArgument, "the model's graphs are nested too deep");
  return each_field(graph, [&](const WireField& field) -> Result<void> {
    if (field.type != Type::Bytes) return {};
    if (field.number == graph_field::kNode) return check_node(field.bytes, depth);
    if (field.number == graph_field::kInitializer) {
      auto checked = check_tensor(field.bytes);
      if (!checked) return std::move(checked).error();
    }
    if (field.number == graph_field::kSparse) {
      return make_error(ErrorKind::InvalidArgument, "the model has sparse weights, which are not taken");
    }
    return {};
  });
}

Result<void> read_dim(std::string_view dim, std::vector<std::int64_t>& shape) {
  std::int64_t value = -1;
  VIGIL_TRY(each_field(dim, [&](const WireField& field) -> Result<void> {
    if (field.number == kDimValue && field.type == Type::Varint) value = static_cast<std::int64_t>(field.varint);
    return {};
  }));
  if (shape.size() >= kMaxDims) return broken();
  shape.push_back(value);
  return {};
}

// Down through the messages that hold nothing else of interest.
template <typename Visit>
Result<void> each_below(std::string_view message, std::uint32_t number, Visit visit) {
  return each_field(message, [&](const WireField& field) -> Result<void> {
    if (field.number != number || field.type != Type::Bytes) return {};
    return visit(field.bytes);
  });
}

Result<GraphValue> read_value(std::string_view message) {
  GraphValue out;
  VIGIL_TRY(each_field(message, [&](const WireField& field) -> Result<void> {
    if (field.type != Type::Bytes) return {};
    if (field.number == value_field::kName) out.name = std::string(field.bytes);
    if (field.number != value_field::kType) return {};
    return each_below(field.bytes, kTensorType, [&](std::string_view tensor) {
      return each_below(tensor, kShape, [&](std::string_view shape) {
        return each_below(shape, kDim, [&](std::string_view dim) { return read_dim(dim, out.shape); });
      });
    });
  }));
  return out;
}

// `message` with fields `number` replaced by what `change` makes of them; the rest as it is.
template <typename Change>
Result<std::string> rewritten(std::string_view message, std::uint32_t number, Change change) {
  std::string out;
  VIGIL_TRY(each_field(message, [&](const WireField& field) -> Result<void> {
    if (field.number != number || field.type != Type::Bytes) {
      out.append(field.whole);
      return {};
    }
    VIGIL_ASSIGN(std::string changed, change(field.bytes));
    put_field(out, number, changed);
    return {};
  }));
  return out;
}

Result<std::string> free_shape(std::string_view shape, FreeSides sides) {
  std::size_t index = 0;
  return rewritten(shape, kDim, [&](std::string_view dim) -> Result<std::string> {
    constexpr std::array<std::string_view, 4> kNames = {"pictures", "", "height", "width"};
    const auto name = index < kNames.size() ? kNames[index] : "";
    const bool freed = !name.empty() && (index > 0 || sides == FreeSides::SizeAndCount);
    ++index;
    std::string out;
    if (freed) put_field(out, kDimName, name);
    return freed ? out : std::string(dim);
  });
}

Result<std::string> free_input(std::string_view value, FreeSides sides) {
  return rewritten(value, value_field::kType, [sides](std::string_view type) {
    return rewritten(type, kTensorType, [sides](std::string_view tensor) {
      return rewritten(tensor, kShape, [sides](std::string_view shape) { return free_shape(shape, sides); });
    });
  });
}

Result<std::string> without_shape(std::string_view value) {
  return rewritten(value, value_field::kType, [](std::string_view type) {
    return rewritten(type, kTensorType, [](std::string_view tensor) -> Result<std::string> {
      std::string out;
      VIGIL_TRY(each_field(tensor, [&](const WireField& field) -> Result<void> {
        if (field.number != kShape) out.append(field.whole);
        return {};
      }));
      return out;
    });
  });
}

Result<std::string> free_graph(std::string_view graph, const std::string& input, FreeSides sides) {
  std::string out;
  out.reserve(graph.size());
  std::set<std::string> shapes;
  if (sides == FreeSides::SizeAndCount) {
    VIGIL_ASSIGN(shapes, reshape_shapes(graph));
  }
  VIGIL_TRY(each_field(graph, [&](const WireField& field) -> Result<void> {
    if (field.number == graph_field::kValueInfo) return {};
    const bool node = field.number == graph_field::kNode;
    if (!shapes.empty() && field.type == Type::Bytes && (node || field.number == graph_field::kInitializer)) {
      VIGIL_ASSIGN(std::string changed,
                   node ? with_any_count_node(field.bytes, shapes) : with_any_count_tensor(field.bytes, shapes));
      put_field(out, field.number, changed);
      return {};
    }
    if (field.number == graph_field::kInput && field.type == Type::Bytes) {
      VIGIL_ASSIGN(auto value, read_value(field.bytes));
      if (value.name == input) {
        VIGIL_ASSIGN(std::string changed, free_input(field.bytes, sides));
        put_field(out, field.number, changed);
        return {};
      }
    }
    if (field.number == graph_field::kOutput && field.type == Type::Bytes) {
      VIGIL_ASSIGN(std::string changed, without_shape(field.bytes));
      put_field(out, field.number, changed);
      return {};
    }
    out.append(field.whole);
    return {};
  }));
  return out;
}

Result<void> read_outline(std::string_view graph, GraphSummary& out) {
  std::set<std::string> weights;
  VIGIL_TRY(each_field(graph, [&](const WireField& field) -> Result<void> {
    if (field.type != Type::Bytes) return {};
    if (field.number == graph_field::kInitializer) {
      VIGIL_ASSIGN(auto name, check_tensor(field.bytes));
      weights.insert(std::move(name));
    }
    auto* list = field.number == graph_field::kInput    ? &out.inputs
                 : field.number == graph_field::kOutput ? &out.outputs
                                                        : nullptr;
    if (list == nullptr) return {};
    if (list->size() >= kMaxValues) return broken();
    VIGIL_ASSIGN(auto value, read_value(field.bytes));
    list->push_back(std::move(value));
    return {};
  }));
  // Before IR version 4 weights were listed among the inputs.
  auto is_weight = [&](const GraphValue& value) { return weights.count(value.name) != 0; };
  out.inputs.erase(std::remove_if(out.inputs.begin(), out.inputs.end(), is_weight), out.inputs.end());
  return {};
}

}  // namespace

Result<GraphSummary> read_graph(std::string_view model) {
  GraphSummary out;
  bool has_version = false;
  int graphs = 0;
  VIGIL_TRY(each_field(model, [&](const WireField& field) -> Result<void> {
    if (field.number == model_field::kIrVersion) has_version = field.type == Type::Varint;
    if (field.type != Type::Bytes) return {};
    if (field.number == model_field::kProducer) out.producer = std::string(field.bytes.substr(0, 100));
    if (field.number == model_field::kTraining)
      return make_error(ErrorKind::InvalidArgument, "this is a model for training; export it for inference");
    if (field.number == model_field::kFunction) {
      return each_below(field.bytes, kFunctionNode, [](std::string_view node) { return check_node(node, 1); });
    }
    if (field.number != model_field::kGraph) return {};
    if (++graphs > 1) return broken();
    auto checked = check_graph(field.bytes, 0);
    return checked.ok() ? read_outline(field.bytes, out) : checked;
  }));
  if (!has_version || graphs != 1) return broken();
  if (out.inputs.empty() || out.outputs.empty())
    return make_error(ErrorKind::InvalidArgument, "the model has no inputs or no outputs");
  return out;
}

Result<std::string> with_free_size(std::string_view model, FreeSides sides) {
  VIGIL_ASSIGN(auto summary, read_graph(model));
  const auto& input = summary.inputs.front();
  if (input.shape.size() != 4)
    return make_error(ErrorKind::FailedPrecondition, "the model's input is no picture of four dimensions");
  return rewritten(model, model_field::kGraph,
                   [&](std::string_view graph) { return free_graph(graph, input.name, sides); });
}

}  // namespace vigil::vision::onnx
