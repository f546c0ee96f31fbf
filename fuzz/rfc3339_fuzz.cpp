#include <cstddef>
#include <cstdint>
#include <cstdlib>

#include "base/rfc3339.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  auto time = vigil::parse_rfc3339({reinterpret_cast<const char*>(data), size});
  if (!time.ok()) return 0;
  // What was understood is understood again, to the millisecond, inside the years that can be written.
  auto again = vigil::parse_rfc3339(vigil::to_rfc3339(*time));
  if (!again.ok()) std::abort();
  return 0;
}
