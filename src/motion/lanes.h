#pragma once

#include <cstdint>
#include <cstring>

// Eight 16-bit numbers at once, in the vector notation that g++ and clang share: neither makes vectors of these loops
// by itself at the level of optimisation that everything else is built with. Becomes SSE2 on x86-64 and NEON on ARM64.

namespace vigil::motion {

using Lanes = std::int16_t __attribute__((vector_size(16)));
using Bytes = std::uint8_t __attribute__((vector_size(8)));
constexpr int kLanes = 8;

inline Lanes load(const std::int16_t* from) {
  Lanes lanes;
  std::memcpy(&lanes, from, sizeof lanes);
  return lanes;
}

inline Lanes load(const std::uint8_t* from) {
  Bytes bytes;
  std::memcpy(&bytes, from, sizeof bytes);
  return __builtin_convertvector(bytes, Lanes);
}

inline void store(std::int16_t* to, Lanes lanes) {
  std::memcpy(to, &lanes, sizeof lanes);
}

// The low byte of each.
inline void store(std::uint8_t* to, Lanes lanes) {
  const Bytes bytes = __builtin_convertvector(lanes, Bytes);
  std::memcpy(to, &bytes, sizeof bytes);
}

inline Lanes all(int value) {
  return Lanes{} + static_cast<std::int16_t>(value);
}

// -1 where true, 0 where false, like every comparison of lanes.
inline Lanes choose(Lanes condition, Lanes yes, Lanes no) {
  return (yes & condition) | (no & ~condition);
}
inline Lanes magnitude(Lanes lanes) {
  const Lanes sign = lanes >> 15;
  return (lanes ^ sign) - sign;
}
inline Lanes smaller(Lanes a, Lanes b) {
  return choose(a < b, a, b);
}

// Divides by 2^shift, rounding to the nearest.
inline Lanes part(Lanes lanes, int shift) {
  return (lanes + static_cast<std::int16_t>((1 << shift) >> 1)) >> static_cast<std::int16_t>(shift);
}

}  // namespace vigil::motion
