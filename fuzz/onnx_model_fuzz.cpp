// ONNX files: nothing crashes, what is changed can be read again, and weights in other files never get through.

#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "vision/onnx/graph.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace vigil::vision::onnx;
  std::string_view model(reinterpret_cast<const char*>(data), size);
  auto summary = read_graph(model);
  if (!summary) {
    if (summary.error().message.empty()) std::abort();
    return 0;
  }
  if (summary->inputs.empty() || summary->outputs.empty()) std::abort();
  for (const auto sides : {FreeSides::Size, FreeSides::SizeAndCount}) {
    auto changed = with_free_size(model, sides);
    if (!changed) continue;
    auto again = read_graph(*changed);
    if (!again || again->inputs.size() != summary->inputs.size()) std::abort();
    const auto& shape = again->inputs.front().shape;
    if (shape.size() != 4 || shape[2] != -1 || shape[3] != -1) std::abort();
    if (sides == FreeSides::SizeAndCount && shape[0] != -1) std::abort();
  }
  return 0;
}
