#include <cstddef>
#include <cstdint>
#include <string_view>

#include "eval/plates.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  auto truth = vigil::eval::parse_plate_truth({reinterpret_cast<const char*>(data), size});
  (void)truth;
  return 0;
}
