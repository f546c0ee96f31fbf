#include "vision/plates/look.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

namespace vigil::vision::plates {
namespace {

constexpr int kLineHeight = 96;  // of a plate with one line
constexpr std::size_t kLooks = 3;

struct Threshold {
  double k;
  int part;  // window: this part of the plate's height
};
constexpr std::array kThresholds = {Threshold{0.10, 2}, Threshold{0.25, 2}, Threshold{0.40, 2}, Threshold{0.20, 4},
                                    Threshold{0.25, 1}};

double quality(const std::vector<GlyphLine>& lines, int height) {
  double out = 0;
  for (const auto& line : lines) {
    const auto count = static_cast<double>(line.glyphs.size());
    double off = 0;
    for (const auto& glyph : line.glyphs) off += std::abs(glyph.height() - line.height) / line.height;
    // More than eight are more likely the frame's strokes than a longer plate.
    out += (std::min(count, 8.0) - std::max(0.0, count - 8)) * (1 - std::min(1.0, 3 * off / count)) *
           std::sqrt(line.height / height);
  }
  return out;
}

}  // namespace

std::vector<Look> look_for_lines(const media::Frame& frame, const PlateSpot& spot) {
  const double margin = spot.exact ? 0.08 : 0.15;
  const auto plate = straighten(frame, spot, spot.two_lines ? 2 * kLineHeight : kLineHeight, margin);
  auto gray = copy(plate->luma());
  stretch(gray);
  std::vector<Look> out;
  for (const bool light : {false, true}) {
    if (light) invert(gray);
    for (const auto& [k, part] : kThresholds) {
      const int window = gray.height / part / (spot.two_lines ? 2 : 1);
      Look look{gray, connected(dark(gray, window, k), gray.width, gray.height), {}, 0};
      look.lines = find_lines(look.parts, gray.width, gray.height, spot.two_lines);
      look.quality = quality(look.lines, gray.height);
      if (look.quality > 0) out.push_back(std::move(look));
    }
  }
  std::stable_sort(out.begin(), out.end(), [](const Look& a, const Look& b) { return a.quality > b.quality; });
  if (out.size() > kLooks) out.resize(kLooks);
  return out;
}

}  // namespace vigil::vision::plates
