#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "records/batch_codec.h"

// Whatever is read as a batch is read the same when it is written again.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  auto batch = vigil::records::decode(std::string_view(reinterpret_cast<const char*>(data), size));
  if (!batch.ok()) return 0;
  const auto bytes = vigil::records::encode(*batch);
  auto again = vigil::records::decode(bytes);
  if (!again.ok() || vigil::records::encode(*again) != bytes) std::abort();
  return 0;
}
