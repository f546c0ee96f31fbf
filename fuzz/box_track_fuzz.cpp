#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "model/box_track.h"

// Whatever is read as boxes comes back the same when it is written and read again.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  auto boxes = vigil::model::decode_boxes(std::string_view(reinterpret_cast<const char*>(data), size));
  if (!boxes.ok()) return 0;
  auto again = vigil::model::decode_boxes(vigil::model::encode_boxes(*boxes));
  if (!again.ok() || *again != *boxes) std::abort();
  return 0;
}
