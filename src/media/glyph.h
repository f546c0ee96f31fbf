#pragma once

#include <array>
#include <cstdint>

namespace vigil::media {

// Seven rows of five dots each, the leftmost dot in bit 4. Digits, capital letters and " :.-/%"; others are blank.
std::array<std::uint8_t, 7> glyph(char c);

}  // namespace vigil::media
