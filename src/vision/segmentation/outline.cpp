#include <algorithm>
#include <cmath>
#include <utility>

#include "vision/segmentation.h"

namespace vigil::vision {
namespace {

struct Step {
  int x, y;
};
constexpr Step kSteps[] = {{1, 0}, {0, 1}, {-1, 0}, {0, -1}};  // right, down, left, up

struct Grid {
  int width, height;
  const std::vector<std::uint8_t>& bits;
  bool at(int x, int y) const {
    return x >= 0 && y >= 0 && x < width && y < height &&
           bits[static_cast<std::size_t>(y) * static_cast<std::size_t>(width) + static_cast<std::size_t>(x)] != 0;
  }
};

// Follows the edge of a part clockwise, from the upper left corner of its first sample: inside is always on the right.
// Marks the upper edges that it passes. Parts that touch at a corner stay apart.
std::vector<Step> follow(const Grid& grid, int x, int y, std::vector<bool>& passed) {
  std::vector<Step> out;
  const int begin_x = x, begin_y = y;
  int heading = 0;
  do {
    if (heading == 0)
      passed[static_cast<std::size_t>(y) * static_cast<std::size_t>(grid.width) + static_cast<std::size_t>(x)] = true;
    const auto& step = kSteps[heading];
    x += step.x;
    y += step.y;
    // The samples ahead on the right and on the left.
    static constexpr Step kRight[] = {{0, 0}, {-1, 0}, {-1, -1}, {0, -1}},
                          kLeft[] = {{0, -1}, {0, 0}, {-1, 0}, {-1, -1}};
    const bool right = grid.at(x + kRight[heading].x, y + kRight[heading].y);
    const bool left = grid.at(x + kLeft[heading].x, y + kLeft[heading].y);
    const int before = heading;
    if (!right) {
      heading = (heading + 1) % 4;
    } else if (left) {
      heading = (heading + 3) % 4;
    }
    if (heading != before) out.push_back({x, y});
  } while (x != begin_x || y != begin_y || heading != 0);
  return out;
}

double off_line(const Step& p, const Step& a, const Step& b) {
  const double dx = b.x - a.x, dy = b.y - a.y, length = std::hypot(dx, dy);
  if (length == 0) return std::hypot(p.x - a.x, p.y - a.y);
  return std::abs(dx * (p.y - a.y) - dy * (p.x - a.x)) / length;
}

// Marks what stays between `first` and `last`.
void simplify(const std::vector<Step>& points, std::size_t first, std::size_t last, double tolerance,
              std::vector<bool>& stays) {
  std::vector<std::pair<std::size_t, std::size_t>> open = {{first, last}};
  while (!open.empty()) {
    const auto [a, b] = open.back();
    open.pop_back();
    double farthest = tolerance;
    std::size_t at = 0;
    for (auto i = a + 1; i < b; ++i) {
      const auto off = off_line(points[i], points[a], points[b]);
      if (off > farthest) farthest = off, at = i;
    }
    if (at == 0) continue;
    stays[at] = true;
    open.emplace_back(a, at);
    open.emplace_back(at, b);
  }
}

model::Polygon polygon(std::vector<Step> points, double tolerance, int width, int height) {
  // Cut open at the first corner and the one farthest from it.
  std::size_t far = 0;
  double distance = -1;
  for (std::size_t i = 0; i < points.size(); ++i) {
    const auto d = std::hypot(points[i].x - points[0].x, points[i].y - points[0].y);
    if (d > distance) distance = d, far = i;
  }
  points.push_back(points[0]);
  std::vector<bool> stays(points.size());
  stays[0] = stays[far] = true;
  simplify(points, 0, far, tolerance, stays);
  simplify(points, far, points.size() - 1, tolerance, stays);
  model::Polygon out;
  for (std::size_t i = 0; i + 1 < points.size(); ++i) {
    if (stays[i]) out.push_back({static_cast<double>(points[i].x) / width, static_cast<double>(points[i].y) / height});
  }
  return out;
}

}  // namespace

Result<std::vector<model::Polygon>> mask_outlines(const model::Mask& mask, double tolerance, std::size_t most) {
  VIGIL_ASSIGN(const auto bits, decode_mask(mask));
  const Grid grid{mask.width, mask.height, bits};
  std::vector<bool> passed(bits.size());
  std::vector<std::vector<Step>> found;
  for (int y = 0; y < mask.height; ++y) {
    for (int x = 0; x < mask.width; ++x) {
      const auto at = static_cast<std::size_t>(y) * static_cast<std::size_t>(mask.width) + static_cast<std::size_t>(x);
      if (!grid.at(x, y) || grid.at(x, y - 1) || passed[at]) continue;
      auto outline = follow(grid, x, y, passed);
      // Around a hole it runs the other way: its first corner lies below where it began.
      double area = 0;
      for (std::size_t i = 0; i < outline.size(); ++i) {
        const auto &a = outline[i], &b = outline[(i + 1) % outline.size()];
        area += static_cast<double>(a.x) * b.y - static_cast<double>(b.x) * a.y;
      }
      if (area > 0) found.push_back(std::move(outline));
    }
  }
  std::stable_sort(found.begin(), found.end(), [](const auto& a, const auto& b) { return a.size() > b.size(); });
  if (found.size() > most) found.resize(most);
  std::vector<model::Polygon> out;
  for (auto& each : found) {
    auto outline = polygon(std::move(each), tolerance, mask.width, mask.height);
    if (outline.size() >= 3) out.push_back(std::move(outline));
  }
  return out;
}

}  // namespace vigil::vision
