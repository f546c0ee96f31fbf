#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "sinks/look_text.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace vigil::sinks;
  const auto look = decode_look(std::string_view(reinterpret_cast<const char*>(data), size));
  if (!look.ok()) return 0;
  if (look->values.empty() || look->values.size() > 4096 || look->camera_id.empty()) std::abort();
  const auto again = decode_look(encode(*look));
  if (!again.ok() || !(*again == *look)) std::abort();
  return 0;
}
