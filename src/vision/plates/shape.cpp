#include "vision/plates/shape.h"

#include <algorithm>
#include <cstdint>
#include <string_view>
#include <vector>

namespace vigil::vision::plates {
namespace {

constexpr double kLeastHole = 0.012;  // of the character's box

bool among(char c, std::string_view set) {
  return set.find(c) != std::string_view::npos;
}

// The samples of one character.
struct Ink {
  int width, height;
  std::vector<std::uint8_t> samples;

  Ink(int w, int h) : width(w), height(h), samples(static_cast<std::size_t>(w) * static_cast<std::size_t>(h)) {}
  bool at(int x, int y) const { return samples[index(x, y)] != 0; }
  void set(int x, int y) { samples[index(x, y)] = 1; }
  // What it is not, with a border of nothing around, so that what is outside is one part.
  std::vector<std::uint8_t> background() const {
    const auto columns = static_cast<std::size_t>(width) + 2;
    std::vector<std::uint8_t> out(columns * (static_cast<std::size_t>(height) + 2), 1);
    for (int y = 0; y < height; ++y) {
      for (int x = 0; x < width; ++x) {
        if (at(x, y)) out[(static_cast<std::size_t>(y) + 1) * columns + static_cast<std::size_t>(x) + 1] = 0;
      }
    }
    return out;
  }

 private:
  std::size_t index(int x, int y) const {
    return static_cast<std::size_t>(y) * static_cast<std::size_t>(width) + static_cast<std::size_t>(x);
  }
};

// What is 1 grown by `reach` on each side.
Ink grown(const Ink& ink, int reach) {
  Ink out(ink.width, ink.height);
  for (int y = 0; y < ink.height; ++y) {
    for (int x = 0; x < ink.width; ++x) {
      if (!ink.at(x, y)) continue;
      for (int ny = std::max(y - reach, 0); ny <= std::min(y + reach, ink.height - 1); ++ny) {
        for (int nx = std::max(x - reach, 0); nx <= std::min(x + reach, ink.width - 1); ++nx) out.set(nx, ny);
      }
    }
  }
  return out;
}

void find_holes(const Ink& ink, Shape& shape) {
  int largest = 0;
  const int w = ink.width, h = ink.height;
  // What is empty is joined across sides only, or a hole would leak through a thin diagonal stroke.
  const auto background = connected(ink.background(), w + 2, h + 2, false);
  for (const auto& hole : background.parts) {
    if (hole.left == 0 || hole.area < kLeastHole * w * h) continue;
    ++shape.holes;
    if (hole.area <= largest) continue;
    largest = hole.area;
    shape.hole_top = static_cast<double>(hole.top - 1) / h;
    shape.hole_bottom = static_cast<double>(hole.bottom - 1) / h;
  }
}

}  // namespace

Shape shape_of(const Parts& parts, const Part& part, int width) {
  const int w = part.width(), h = part.height();
  Ink ink(w, h);
  Shape out;
  int upright = 0;
  std::vector<bool> upper(static_cast<std::size_t>(w));
  for (int y = 0; y < h; ++y) {
    int first = w;
    for (int x = 0; x < w; ++x) {
      const auto at = static_cast<std::size_t>(part.top + y) * static_cast<std::size_t>(width) +
                      static_cast<std::size_t>(part.left + x);
      if (parts.labels[at] != part.label) continue;
      ink.set(x, y);
      first = std::min(first, x);
      if (y <= std::max(1, h / 16)) upper[static_cast<std::size_t>(x)] = true;
    }
    upright += first <= std::max(1, w / 9) ? 1 : 0;
  }
  out.upright = static_cast<double>(upright) / h;
  out.flat = static_cast<double>(std::count(upper.begin(), upper.end(), true)) / w;
  find_holes(ink, out);
  if (out.holes == 0) {
    find_holes(grown(ink, std::max(1, h / 16)), out);
    out.closed = out.holes > 0;
  }
  return out;
}

char settle(char read, const Shape& shape, bool leans) {
  const bool straight = shape.upright > 0.9, round = !leans && shape.upright < 0.74;
  const double centre = (shape.hole_top + shape.hole_bottom) / 2, size = shape.hole_bottom - shape.hole_top;
  if (shape.closed) return shape.holes == 1 && size > 0.5 && among(read, "GC6") ? '0' : read;
  if (shape.holes == 2) {
    if (among(read, "SG5960CODQ3Z2E")) return straight ? 'B' : '8';
    if (read == 'B' && round) return '8';
    return read == '8' && straight ? 'B' : read;
  }
  if (shape.holes == 0) {
    if (read == '2' && shape.flat > 0.85) return 'Z';
    if (read == 'Z' && shape.flat < 0.7) return '2';
    if (read == 'S' && shape.flat > 0.85) return '5';
    return read == '5' && shape.flat < 0.5 ? 'S' : read;
  }
  if (shape.holes != 1) return read;
  if (size > 0.55) return among(read, "GC69S85UB") ? (straight ? 'D' : '0') : read == 'D' && round ? '0' : read;
  if (centre < 0.42) return among(read, "S5G3") ? '9' : read;
  return centre > 0.58 && among(read, "GS5CE") ? '6' : read;
}

}  // namespace vigil::vision::plates
