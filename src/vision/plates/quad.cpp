#include "vision/plates/quad.h"

#include <cmath>

namespace vigil::vision::plates {
namespace {

double distance(const Corner& a, const Corner& b) {
  return std::hypot(static_cast<double>(a.x) - b.x, static_cast<double>(a.y) - b.y);
}

}  // namespace

Quad::Quad(const Corners& q) {
  const double dx1 = q[1].x - q[2].x, dx2 = q[3].x - q[2].x, dx3 = q[0].x - q[1].x + q[2].x - q[3].x;
  const double dy1 = q[1].y - q[2].y, dy2 = q[3].y - q[2].y, dy3 = q[0].y - q[1].y + q[2].y - q[3].y;
  const double det = dx1 * dy2 - dy1 * dx2;
  g_ = h_ = 0;
  if (std::abs(det) > 1e-9) {
    g_ = (dx3 * dy2 - dy3 * dx2) / det;
    h_ = (dx1 * dy3 - dy1 * dx3) / det;
  }
  a_ = q[1].x - q[0].x + g_ * q[1].x;
  b_ = q[3].x - q[0].x + h_ * q[3].x;
  c_ = q[0].x;
  d_ = q[1].y - q[0].y + g_ * q[1].y;
  e_ = q[3].y - q[0].y + h_ * q[3].y;
  f_ = q[0].y;
}

Corner Quad::at(double u, double v) const {
  const double w = g_ * u + h_ * v + 1;
  if (!(std::abs(w) > 1e-9)) return {};
  return {static_cast<float>((a_ * u + b_ * v + c_) / w), static_cast<float>((d_ * u + e_ * v + f_) / w)};
}

Corners widened(const Corners& corners, double margin) {
  if (margin == 0) return corners;
  const auto width = mean_width(corners), height = mean_height(corners);
  const double down = margin, across = width > 0 ? margin * height / width : 0;
  // Along the sides, not through the projective map: outside the plate that one may run to infinity.
  auto beyond = [&](const Corner& at, const Corner& along, const Corner& upright) {
    return Corner{static_cast<float>(at.x + (at.x - along.x) * across + (at.x - upright.x) * down),
                  static_cast<float>(at.y + (at.y - along.y) * across + (at.y - upright.y) * down)};
  };
  const auto& c = corners;
  return {beyond(c[0], c[1], c[3]), beyond(c[1], c[0], c[2]), beyond(c[2], c[3], c[1]), beyond(c[3], c[2], c[0])};
}

double mean_width(const Corners& corners) {
  return (distance(corners[0], corners[1]) + distance(corners[3], corners[2])) / 2;
}

double mean_height(const Corners& corners) {
  return (distance(corners[0], corners[3]) + distance(corners[1], corners[2])) / 2;
}

bool sound(const Corners& corners) {
  for (std::size_t i = 0; i < 4; ++i) {
    const auto &a = corners[i], &b = corners[(i + 1) % 4], &c = corners[(i + 2) % 4];
    const double turn = (static_cast<double>(b.x) - a.x) * (static_cast<double>(c.y) - b.y) -
                        (static_cast<double>(b.y) - a.y) * (static_cast<double>(c.x) - b.x);
    if (!(turn > 1)) return false;  // also not a number
  }
  return mean_width(corners) >= 4 && mean_height(corners) >= 2;
}

}  // namespace vigil::vision::plates
