#pragma once

#include <cstdint>
#include <cstring>
#include <string>
#include <vector>

#include "vision/onnx/wire.h"

// ONNX files of a few hundred bytes that answer with the same numbers whatever they are shown: for tests of what reads
// models and their outputs.

namespace vigil::vision::onnx {

struct TinyOutput {
  std::string name;
  std::vector<std::int64_t> shape;
  std::vector<float> floats;  // as many as the shape has, else the integers
  std::vector<std::int64_t> integers;
  bool whole = false;  // integers, though there are none

  bool is_whole() const { return whole || (floats.empty() && !integers.empty()); }
};

struct TinyModel {
  std::vector<std::int64_t> input = {1, 3, 64, 64};  // -1: free
  int input_element = 1;                             // float; 2: uint8
  std::vector<TinyOutput> outputs;
  bool takes_size = false;       // a second input, [1,2] of int64
  std::string side;              // name of a second input, [1,2] of float; empty: there is none
  bool weights_outside = false;  // says that its weights are in another file
  std::string op = "Identity";
};

inline std::string tiny_value(const std::string& name, int element, const std::vector<std::int64_t>& shape) {
  std::string dims;
  for (auto each : shape) {
    std::string dim;
    if (each >= 0) {
      put_field(dim, 1, static_cast<std::uint64_t>(each));
    } else {
      put_field(dim, 2, std::string_view("free"));
    }
    put_field(dims, 1, dim);
  }
  std::string tensor, type, out;
  put_field(tensor, 1, static_cast<std::uint64_t>(element));
  put_field(tensor, 2, dims);
  put_field(type, 1, tensor);
  put_field(out, 1, name);
  put_field(out, 2, type);
  return out;
}

inline std::string tiny_tensor(const TinyOutput& output, bool outside) {
  std::string out;
  for (auto each : output.shape) put_field(out, 1, static_cast<std::uint64_t>(each));
  const bool whole = output.is_whole();
  put_field(out, 2, whole ? std::uint64_t{7} : std::uint64_t{1});
  put_field(out, 8, "w_" + output.name);
  std::string raw;
  const auto bytes = whole ? output.integers.size() * 8 : output.floats.size() * 4;
  raw.resize(bytes);
  if (bytes > 0)
    std::memcpy(raw.data(), whole ? static_cast<const void*>(output.integers.data()) : output.floats.data(), bytes);
  put_field(out, 9, raw);
  if (outside) {
    std::string entry;
    put_field(entry, 1, std::string_view("location"));
    put_field(entry, 2, std::string_view("../../etc/passwd"));
    put_field(out, 13, entry);
    put_field(out, 14, std::uint64_t{1});
  }
  return out;
}

inline std::string tiny_model(const TinyModel& model) {
  std::string graph;
  for (const auto& each : model.outputs) {
    std::string node;
    put_field(node, 1, "w_" + each.name);
    put_field(node, 2, each.name);
    put_field(node, 4, model.op);
    put_field(graph, 1, node);
  }
  put_field(graph, 2, std::string_view("tiny"));
  for (const auto& each : model.outputs) put_field(graph, 5, tiny_tensor(each, model.weights_outside));
  put_field(graph, 11, tiny_value("images", model.input_element, model.input));
  if (model.takes_size) put_field(graph, 11, tiny_value("orig_target_sizes", 7, {1, 2}));
  if (!model.side.empty()) put_field(graph, 11, tiny_value(model.side, 1, {1, 2}));
  for (const auto& each : model.outputs)
    put_field(graph, 12, tiny_value(each.name, each.is_whole() ? 7 : 1, each.shape));
  std::string opset, out;
  put_field(opset, 1, std::string_view(""));
  put_field(opset, 2, std::uint64_t{13});
  put_field(out, 1, std::uint64_t{8});
  put_field(out, 2, std::string_view("vigil tests"));
  put_field(out, 8, opset);
  put_field(out, 7, graph);
  return out;
}

}  // namespace vigil::vision::onnx
