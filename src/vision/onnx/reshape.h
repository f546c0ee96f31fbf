#pragma once

#include <set>
#include <string>
#include <string_view>

#include "base/result.h"

// Exporters that were told of one picture write that one into the shapes their models bring things into. ONNX's
// Reshape takes 0 for "as many as there are" (https://onnx.ai/onnx/operators/onnx__Reshape.html).

namespace vigil::vision::onnx {

// Names of the values that the Reshape nodes of a graph take their shapes from.
Result<std::set<std::string>> reshape_shapes(std::string_view graph);

// The same node: where it is a constant of one of these names that begins with 1, it begins with 0.
Result<std::string> with_any_count_node(std::string_view node, const std::set<std::string>& shapes);

// The same of a tensor of the graph itself.
Result<std::string> with_any_count_tensor(std::string_view tensor, const std::set<std::string>& shapes);

}  // namespace vigil::vision::onnx
