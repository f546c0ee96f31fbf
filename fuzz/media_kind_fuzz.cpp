#include <cstddef>
#include <cstdint>
#include <string_view>

#include "jobs/media_kind.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  static_cast<void>(vigil::jobs::media_kind(text));
  static_cast<void>(vigil::jobs::may_be_declared(text));
  return 0;
}
