#pragma once

#include <array>
#include <cstdint>

#include "media/frame.h"

// How a picture looks, as far as choosing among pictures needs it. By luma alone; pure.

namespace vigil::extract {

struct Look {
  static constexpr int kColumns = 32, kRows = 18;
  std::array<std::uint8_t, kColumns * kRows> grid{};  // means, 0..255
  std::array<float, 64> histogram{};                  // shares
  double brightness = 0;                              // mean, 0..255
  double contrast = 0;                                // standard deviation
  double sharpness = 0;                               // mean square of the Laplacian, at about 320 columns

  bool is_blank() const { return contrast < 6; }
  // How good a thumbnail it is. 0: not at all.
  double score() const;
};

Look look_at(const media::Frame& frame);

// 0: the same, 1: nothing in common. Above kCut one scene does not go on in the other.
double difference(const Look& a, const Look& b);
inline constexpr double kCut = 0.28;

}  // namespace vigil::extract
