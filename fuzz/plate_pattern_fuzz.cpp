#include <cstddef>
#include <cstdint>
#include <string>

#include "vision/plate_formats.h"
#include "vision/plate_lists.h"

// The first line is a pattern, the second a replacement, the third what was read.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text(reinterpret_cast<const char*>(data), size);
  const auto one = text.find('\n'), two = one == std::string::npos ? one : text.find('\n', one + 1);
  if (two == std::string::npos) return 0;
  const auto pattern = text.substr(0, one);
  auto formats = vigil::vision::PlateFormats::compile({.formats = {{"x", pattern}},
                                                       .replacements = {{pattern, text.substr(one + 1, two - one - 1)}},
                                                       .max_corrections = 4});
  if (!formats) return 0;
  vigil::vision::PlateText read{vigil::vision::plain_text(text.substr(two + 1)), {}, 0.5F};
  read.characters.assign(read.text.size(), 0.5F);
  const auto fit = formats->fit(read);
  if (fit.text.text.size() > vigil::vision::kMaxPlateLength) __builtin_trap();
  return 0;
}
