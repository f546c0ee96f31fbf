#include "vision/plates/glyphs.h"

#include <algorithm>
#include <cmath>

namespace vigil::vision::plates {
namespace {

constexpr std::size_t kMostParts = 200;
constexpr double kPrinted = 0.6;  // width of a printed capital, of its height

double middle(const Part& part) {
  return (part.left + part.right) / 2.0;
}

bool like_a_character(const Part& part, int width, int height, bool two_lines) {
  const double h = part.height(), w = part.width();
  const double least = two_lines ? 0.15 : 0.33, most = two_lines ? 0.62 : 0.97;
  if (h < least * height || h > most * height) return false;
  if (w > 1.25 * h || w < 0.06 * h || w > 0.4 * width) return false;
  return part.area > 0.12 * h * w;
}

// Those of `pool` that are as high as `pool[a]` and lie on the line through it with that slope.
std::vector<Part> companions(const std::vector<Part>& pool, const Part& a, double slope) {
  std::vector<Part> out;
  const double h = a.height();
  for (const auto& part : pool) {
    const double shift = slope * (middle(part) - middle(a));
    const bool high = std::abs(part.height() - h) <= 0.16 * h + 1;
    const bool level =
        std::abs(part.top - a.top - shift) <= 0.17 * h + 1 && std::abs(part.bottom - a.bottom - shift) <= 0.17 * h + 1;
    if (high && level) out.push_back(part);
  }
  std::sort(out.begin(), out.end(), [](const Part& x, const Part& y) { return x.left < y.left; });
  return out;
}

// The longest run without a gap that no plate has.
std::vector<Part> together(const std::vector<Part>& row, double height) {
  std::vector<Part> best, run;
  for (const auto& part : row) {
    if (!run.empty() && part.left - run.back().right > 2.2 * height) run.clear();
    // A hole's rim or a shadow inside of another character.
    if (!run.empty() && part.right <= run.back().right) continue;
    run.push_back(part);
    if (run.size() > best.size()) best = run;
  }
  return best;
}

std::vector<Part> best_row(const std::vector<Part>& pool) {
  std::vector<Part> best;
  double best_worth = 0;
  for (std::size_t i = 0; i < pool.size(); ++i) {
    for (int s = -4; s <= 4; ++s) {
      const auto row = together(companions(pool, pool[i], s * 0.04), pool[i].height());
      double heights = 0, widths = 0;
      for (const auto& part : row) heights += part.height(), widths += part.width();
      // Many characters, and among as many the larger ones: the small print of a plate is as regular as its number.
      const double worth = std::min<double>(static_cast<double>(row.size()), 8) * heights /
                               std::max<double>(static_cast<double>(row.size()), 1) +
                           0.01 * widths;
      if (worth > best_worth) {
        best_worth = worth;
        best = row;
      }
    }
  }
  return best;
}

GlyphLine line_of(std::vector<Part> row) {
  GlyphLine out;
  std::vector<int> heights;
  heights.reserve(row.size());
  for (const auto& part : row) heights.push_back(part.height());
  std::nth_element(heights.begin(), heights.begin() + static_cast<std::ptrdiff_t>(heights.size() / 2), heights.end());
  out.height = heights[heights.size() / 2];
  out.glyphs = std::move(row);
  return out;
}

}  // namespace

std::vector<GlyphLine> find_lines(const Parts& parts, int width, int height, bool two_lines) {
  std::vector<Part> pool;
  for (const auto& part : parts.parts) {
    if (like_a_character(part, width, height, two_lines)) pool.push_back(part);
  }
  if (pool.size() > kMostParts) return {};
  std::vector<GlyphLine> out;
  auto row = best_row(pool);
  if (row.size() < 2) return out;
  out.push_back(line_of(row));
  if (two_lines) {
    const auto& first = out.front();
    const int top = first.glyphs.front().top, bottom = first.glyphs.front().bottom;
    std::erase_if(pool, [&](const Part& part) { return part.bottom > top && part.top < bottom; });
    row = best_row(pool);
    if (row.size() >= 2) out.push_back(line_of(row));
    std::sort(out.begin(), out.end(),
              [](const GlyphLine& a, const GlyphLine& b) { return a.glyphs[0].top < b.glyphs[0].top; });
  }
  return out;
}

Gray draw(const Gray& picture, const Parts& parts, const GlyphLine& line, int size) {
  // Plates often have narrower characters than print has, and print is what readers are trained with.
  std::vector<double> widths;
  for (const auto& glyph : line.glyphs) widths.push_back(glyph.width() / line.height);
  std::sort(widths.begin(), widths.end());
  const double typical = widths.empty() ? kPrinted : std::max(widths[widths.size() * 2 / 3], 0.2);
  const double scale = size / line.height * std::clamp(kPrinted / typical, 0.8, 1.8);
  const int border = size / 2, gap_limit = size / 2;
  struct Placed {
    const Part* part;
    int x;
  };
  std::vector<Placed> placed;
  int x = border, top = picture.height, bottom = 0;
  for (std::size_t i = 0; i < line.glyphs.size(); ++i) {
    const auto& part = line.glyphs[i];
    if (i > 0) {
      const auto gap = static_cast<int>(std::lround((part.left - line.glyphs[i - 1].right) * scale));
      x += std::clamp(gap, 3, gap_limit);
    }
    placed.push_back({&part, x});
    x += static_cast<int>(std::ceil(part.width() * scale));
    top = std::min(top, part.top);
    bottom = std::max(bottom, part.bottom);
  }
  Gray out(std::clamp(x + border, 1, 4096), size + 2 * border + size / 4, 255);
  for (const auto& [part, left] : placed) {
    // Each on the same base line: what is left of a slope is gone.
    const int upper = border + size / 8;
    const double own = static_cast<double>(size) / part->height();
    const int width = static_cast<int>(std::ceil(part->width() * scale));
    for (int row = -2; row < size + 2; ++row) {
      for (int column = -2; column < width + 2; ++column) {
        const double sx = part->left + (column + 0.5) / scale - 0.5, sy = part->top + (row + 0.5) / own - 0.5;
        const int px = std::clamp(static_cast<int>(std::floor(sx)), 0, picture.width - 2);
        const int py = std::clamp(static_cast<int>(std::floor(sy)), 0, picture.height - 2);
        const double fx = std::clamp(sx - px, 0.0, 1.0), fy = std::clamp(sy - py, 0.0, 1.0);
        // Only what belongs to this part, and its soft edge.
        bool near = false;
        for (int ny = std::max(py - 1, 0); ny <= std::min(py + 2, picture.height - 1) && !near; ++ny) {
          for (int nx = std::max(px - 1, 0); nx <= std::min(px + 2, picture.width - 1) && !near; ++nx) {
            near = parts.labels[static_cast<std::size_t>(ny) * static_cast<std::size_t>(picture.width) +
                                static_cast<std::size_t>(nx)] == part->label;
          }
        }
        if (!near) continue;
        const double value = (picture.at(px, py) * (1 - fx) + picture.at(px + 1, py) * fx) * (1 - fy) +
                             (picture.at(px, py + 1) * (1 - fx) + picture.at(px + 1, py + 1) * fx) * fy;
        const int ox = left + column, oy = upper + row;
        if (ox < 0 || oy < 0 || ox >= out.width || oy >= out.height) continue;
        out.at(ox, oy) = std::min(out.at(ox, oy), static_cast<std::uint8_t>(std::lround(value)));
      }
    }
  }
  return out;
}

}  // namespace vigil::vision::plates
