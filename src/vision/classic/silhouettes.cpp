#include "vision/classic/silhouettes.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace vigil::vision::classic {
namespace {

constexpr double kAspect = 0.40;     // width of a person's box / its height
constexpr double kLeastFill = 0.33;  // of the box, to be worth a look
constexpr double kLeastFresh = 0.25;
constexpr double kSlimmest = 0.2, kWidest = 0.75;  // of a connected part, when the perspective is unknown
constexpr int kLeastHeight = 12;
constexpr int kMargin = 2;

// Sums over rectangles in constant time.
class Integral {
 public:
  Integral(int width, int height) : width_(width + 1), sums_(static_cast<std::size_t>(width + 1) * (height + 1)) {}

  void build(const std::vector<std::uint8_t>& pixels) {
    const int w = width_ - 1, h = static_cast<int>(sums_.size()) / width_ - 1;
    for (int y = 0; y < h; ++y) {
      int row = 0;
      const auto* in = pixels.data() + static_cast<std::ptrdiff_t>(y) * w;
      const auto* above = sums_.data() + static_cast<std::ptrdiff_t>(y) * width_;
      auto* out = sums_.data() + static_cast<std::ptrdiff_t>(y + 1) * width_;
      for (int x = 0; x < w; ++x) {
        row += in[x];
        out[x + 1] = above[x + 1] + row;
      }
    }
  }
  int sum(int x0, int y0, int x1, int y1) const {
    const int w = width_ - 1, h = static_cast<int>(sums_.size()) / width_ - 1;
    x0 = std::clamp(x0, 0, w), x1 = std::clamp(x1, 0, w), y0 = std::clamp(y0, 0, h), y1 = std::clamp(y1, 0, h);
    if (x1 <= x0 || y1 <= y0) return 0;
    return at(x1, y1) - at(x0, y1) - at(x1, y0) + at(x0, y0);
  }

 private:
  int at(int x, int y) const { return sums_[static_cast<std::size_t>(y) * width_ + x]; }
  int width_;
  std::vector<int> sums_;
};

struct Place {
  int x = 0, feet = 0, w = 0, h = 0;
  double score = 0, fill = 0;
};

// A body is full in the middle and empty beside: foreground inside the box, less what continues to its sides and below.
Place judge(const Integral& all, int cx, int feet, int h) {
  const int w = std::max(4, static_cast<int>(std::lround(h * kAspect)));
  Place p{cx - w / 2, feet, w, h, 0, 0};
  const int top = feet - h;
  const double area = static_cast<double>(w) * h;
  p.fill = all.sum(p.x, top, p.x + w, feet) / area;
  const int side = std::max(2, w / 4);
  const double beside =
      (all.sum(p.x - side, top, p.x, feet) + all.sum(p.x + w, top, p.x + w + side, feet)) / (2.0 * side * h);
  const int end = std::max(2, h / 8);
  const double above = all.sum(p.x, top - end, p.x + w, top) / (static_cast<double>(w) * end);
  const double below = all.sum(p.x, feet, p.x + w, feet + end) / (static_cast<double>(w) * end);
  p.score = p.fill - 0.25 * beside - 0.12 * above - 0.12 * below;
  return p;
}

std::vector<Silhouette> place_boxes(std::vector<std::uint8_t> left, int width, int height,
                                    const Perspective& perspective, std::size_t most) {
  Integral all(width, height), fresh(width, height);
  all.build(left);
  std::vector<Place> places;
  for (int feet = kLeastHeight; feet < height + height / 16; feet += 2) {
    const auto part = perspective.height_at(static_cast<double>(feet) / height);
    const int h = std::max(kLeastHeight, static_cast<int>(std::lround(*part * height)));
    const int w = std::max(4, static_cast<int>(std::lround(h * kAspect)));
    for (int cx = w / 4; cx < width - w / 4; cx += 2) {
      const int x = cx - w / 2;
      if (all.sum(x, feet - h, x + w, feet) < kLeastFill * w * h) continue;
      auto place = judge(all, cx, feet, h);
      if (place.score > 0.2) places.push_back(place);
    }
  }
  std::sort(places.begin(), places.end(), [](const auto& a, const auto& b) { return a.score > b.score; });
  std::vector<Silhouette> out;
  fresh.build(left);
  for (const auto& p : places) {
    if (out.size() >= most) break;
    const double f = fresh.sum(p.x, p.feet - p.h, p.x + p.w, p.feet) / (static_cast<double>(p.w) * p.h);
    if (f < kLeastFresh || f < 0.55 * p.fill) continue;
    out.push_back(
        {{static_cast<float>(p.x), static_cast<float>(p.feet - p.h), static_cast<float>(p.w), static_cast<float>(p.h)},
         p.fill,
         f});
    for (int y = std::max(0, p.feet - p.h); y < std::min(height, p.feet); ++y) {
      for (int x = std::max(0, p.x); x < std::min(width, p.x + p.w); ++x) {
        left[static_cast<std::size_t>(y) * static_cast<std::size_t>(width) + static_cast<std::size_t>(x)] = 0;
      }
    }
    fresh.build(left);
  }
  return out;
}

// The connected parts (8 neighbours), by flood.
std::vector<Silhouette> connected_parts(std::vector<std::uint8_t> left, int width, int height, std::size_t most) {
  std::vector<Silhouette> out;
  std::vector<int> open;
  for (int start = 0; start < static_cast<int>(left.size()); ++start) {
    if (left[static_cast<std::size_t>(start)] == 0) continue;
    int x0 = width, x1 = 0, y0 = height, y1 = 0, area = 0;
    open.assign(1, start);
    left[static_cast<std::size_t>(start)] = 0;
    while (!open.empty()) {
      const int at = open.back(), x = at % width, y = at / width;
      open.pop_back();
      ++area;
      x0 = std::min(x0, x), x1 = std::max(x1, x), y0 = std::min(y0, y), y1 = std::max(y1, y);
      for (int dy = -1; dy <= 1; ++dy) {
        for (int dx = -1; dx <= 1; ++dx) {
          if (x + dx < 0 || x + dx >= width || y + dy < 0 || y + dy >= height) continue;
          auto& pixel = left[static_cast<std::size_t>(at + dy * width + dx)];
          if (pixel == 0) continue;
          pixel = 0;
          open.push_back(at + dy * width + dx);
        }
      }
    }
    const int w = x1 - x0 + 1, h = y1 - y0 + 1;
    const double aspect = static_cast<double>(w) / h;
    if (h < kLeastHeight || aspect < kSlimmest || aspect > kWidest) continue;
    const double fill = static_cast<double>(area) / (static_cast<double>(w) * h);
    if (fill < kLeastFill) continue;
    out.push_back(
        {{static_cast<float>(x0), static_cast<float>(y0), static_cast<float>(w), static_cast<float>(h)}, fill, fill});
  }
  std::sort(out.begin(), out.end(), [](const auto& a, const auto& b) { return a.box.area() > b.box.area(); });
  if (out.size() > most) out.resize(most);
  return out;
}

}  // namespace

std::vector<Silhouette> find_silhouettes(const std::vector<std::uint8_t>& foreground, int width, int height,
                                         const Perspective& perspective, std::size_t most) {
  if (width < 2 * kMargin || height < 2 * kMargin) return {};
  return perspective.known() ? place_boxes(foreground, width, height, perspective, most)
                             : connected_parts(foreground, width, height, most);
}

}  // namespace vigil::vision::classic
