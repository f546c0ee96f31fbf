#include "motion/tone.h"

#include <algorithm>
#include <cmath>

namespace vigil::motion {
namespace {

constexpr int kBands = 4;
constexpr int kSamples = 4000;  // about, of a picture; enough for medians
using Histogram = std::array<int, 256>;

// The level below which `part` of the histogram lies.
int percentile(const Histogram& histogram, int total, double part) {
  const int wanted = static_cast<int>(total * part);
  int seen = 0;
  for (int level = 0; level < 256; ++level) {
    seen += histogram[level];
    if (seen > wanted) return level;
  }
  return 255;
}

int median_difference(const std::array<int, 511>& differences) {
  int total = 0;
  for (const int n : differences) total += n;
  int seen = 0;
  for (int i = 0; i < 511; ++i) {
    seen += differences[i];
    if (2 * seen >= total) return i - 255;
  }
  return 0;
}

// Straight lines through the points (level[i], value[i]); flat outside of them.
void draw_curve(const std::array<int, kBands>& level, const std::array<int, kBands>& value,
                std::array<float, 256>& curve) {
  for (int x = 0; x < 256; ++x) {
    if (x <= level.front()) {
      curve[x] = static_cast<float>(value.front());
      continue;
    }
    curve[x] = static_cast<float>(value.back());
    for (int i = 0; i + 1 < kBands; ++i) {
      if (x > level[i + 1] || level[i + 1] == level[i]) continue;
      const float part = static_cast<float>(x - level[i]) / static_cast<float>(level[i + 1] - level[i]);
      curve[x] = static_cast<float>(value[i]) + part * static_cast<float>(value[i + 1] - value[i]);
      break;
    }
  }
}

}  // namespace

Tone estimate_tone(const std::vector<std::uint8_t>& background, const std::vector<std::uint8_t>& current,
                   const std::vector<std::uint8_t>& open, int cells) {
  Tone tone;
  const int every = std::max(1, cells / kSamples) | 1;  // odd, so that rows do not line up
  Histogram levels{};
  int total = 0;
  for (int i = 0; i < cells; i += every) {
    levels[background[i]] += open[i];
    total += open[i];
  }
  if (total == 0) return tone;
  tone.contrast = static_cast<float>(percentile(levels, total, 0.96) - percentile(levels, total, 0.04));

  std::array<std::uint8_t, 256> band_of{};
  std::array<int, kBands> centre{};
  for (int band = 0; band < kBands; ++band) {
    centre[band] = percentile(levels, total, (band + 0.5) / kBands);
    const int from = band == 0 ? 0 : percentile(levels, total, double(band) / kBands);
    std::fill(band_of.begin() + from, band_of.end(), static_cast<std::uint8_t>(band));
  }
  std::array<std::array<int, 511>, kBands> differences{};
  for (int i = 0; i < cells; i += every)
    differences[band_of[background[i]]][current[i] - background[i] + 255] += open[i];

  std::array<int, kBands> shift{};
  for (int band = 0; band < kBands; ++band) {
    shift[band] = median_difference(differences[band]);
  }
  draw_curve(centre, shift, tone.shift);
  std::sort(shift.begin(), shift.end(), [](int a, int b) { return std::abs(a) < std::abs(b); });
  tone.common_shift = static_cast<float>(std::abs(shift[1]));
  return tone;
}

}  // namespace vigil::motion
