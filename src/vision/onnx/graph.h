#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

// What can be said about an ONNX file without running it, and the one change that is made to it. Field numbers are
// those of onnx.proto (https://github.com/onnx/onnx/blob/main/onnx/onnx.proto).

namespace vigil::vision::onnx {

struct GraphValue {
  std::string name;
  std::vector<std::int64_t> shape;  // -1: not fixed
};

struct GraphSummary {
  std::vector<GraphValue> inputs;  // without those that are weights
  std::vector<GraphValue> outputs;
  std::string producer;
};

// Reads the outline of a model. InvalidArgument when it is no ONNX model, or one that keeps weights in other files:
// those would let a model read any file of this machine. Never recurses deeper than 32 graphs.
Result<GraphSummary> read_graph(std::string_view model);

enum class FreeSides { Size, SizeAndCount };

// The same model with a free height and width at its first input (NCHW), so that one session takes pictures of any
// shape; with SizeAndCount also any number of them at once
// (reshape.h). What exporters noted about shapes in between and at the
// outputs is left out: ONNX Runtime finds it anew. Says nothing about whether the model bears it: run it.
Result<std::string> with_free_size(std::string_view model, FreeSides sides = FreeSides::Size);

}  // namespace vigil::vision::onnx
