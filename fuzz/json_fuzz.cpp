// JSON: nothing crashes, limits hold, and what was read is written and read the same.

#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "base/json.h"

namespace {

int depth_of(const vigil::Json& value) {
  if (!value.is_structured()) return 0;
  int deepest = 0;
  for (const auto& item : value) deepest = std::max(deepest, depth_of(item));
  return deepest + 1;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace vigil;
  std::string_view text(reinterpret_cast<const char*>(data), size);
  constexpr int kDepth = 8;
  auto value = parse_json(text, {.max_bytes = 4096, .max_depth = kDepth});
  if (!value) {
    if (value.error().message.empty()) std::abort();
    return 0;
  }
  if (size > 4096 || depth_of(*value) > kDepth) std::abort();
  auto again = parse_json(to_text(*value));
  if (!again || *again != *value) std::abort();
  return 0;
}
