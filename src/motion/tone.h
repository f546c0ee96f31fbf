#pragma once

#include <array>
#include <cstdint>
#include <vector>

// How today's exposure differs from the background's. Automatic gain, exposure and slow daylight move the whole picture
// at once, each brightness by its own amount; moving things move less than half of the cells of a brightness. So the
// median difference within each quarter of the background's brightness is the light, and what is left over is movement.

namespace vigil::motion {

struct Tone {
  std::array<float, 256> shift{};  // add to a background level to get the level expected now
  float contrast = 0;              // levels between the 4th and the 96th percentile of the background
  float common_shift = 0;          // magnitude that at least three of the four medians reach
};

// Looks at some 4000 cells. `background` and `current` in levels 0..255; cells with `open` = 0 are left out.
Tone estimate_tone(const std::vector<std::uint8_t>& background, const std::vector<std::uint8_t>& current,
                   const std::vector<std::uint8_t>& open, int cells);

}  // namespace vigil::motion
