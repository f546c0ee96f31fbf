#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "app/scene_answer.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace vigil::app;
  const auto words = read_scene_answer(std::string_view(reinterpret_cast<const char*>(data), size));
  if (!words.ok()) return 0;
  if (words->empty() || words->size() > kMaxDescription) std::abort();
  for (const unsigned char c : *words) {
    if (c < ' ' || c == 0x7f) std::abort();
  }
  return 0;
}
