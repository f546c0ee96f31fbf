// model.json and label files: nothing crashes, and what was read is written and read the same.

#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "vision/model_card.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace vigil::vision;
  std::string_view text(reinterpret_cast<const char*>(data), size);
  if (auto labels = parse_labels(text); labels.ok() && labels->empty()) std::abort();
  auto card = parse_model_card(text);
  if (!card) return 0;
  if (!is_model_name(card->name) || !is_model_name(card->version)) std::abort();
  auto again = parse_model_card(to_json(*card));
  if (!again || again->labels != card->labels || again->layout != card->layout || again->sha256 != card->sha256)
    std::abort();
  return 0;
}
