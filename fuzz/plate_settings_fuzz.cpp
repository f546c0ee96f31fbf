#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "base/json.h"
#include "model/plate_settings_json.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace vigil;
  const auto json = parse_json(std::string_view(reinterpret_cast<const char*>(data), size));
  if (!json.ok()) return 0;
  const auto settings = model::read_plate_settings(*json);
  if (!settings.ok()) return 0;
  const auto again = model::read_plate_settings(model::to_json(*settings));
  if (!again.ok() || !(*again == *settings)) std::abort();
  return 0;
}
