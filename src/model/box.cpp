#include "model/box.h"

#include <algorithm>

namespace vigil::model {

float iou(const Box& a, const Box& b) {
  const float width = std::min(a.right(), b.right()) - std::max(a.x, b.x);
  const float height = std::min(a.bottom(), b.bottom()) - std::max(a.y, b.y);
  if (width <= 0 || height <= 0) return 0;
  const float shared = width * height;
  const float all = a.area() + b.area() - shared;
  return all > 0 ? shared / all : 0;
}

Box clip(const Box& box, int width, int height) {
  const float left = std::clamp(box.x, 0.0F, static_cast<float>(width));
  const float top = std::clamp(box.y, 0.0F, static_cast<float>(height));
  const float right = std::clamp(box.right(), left, static_cast<float>(width));
  const float bottom = std::clamp(box.bottom(), top, static_cast<float>(height));
  return {left, top, right - left, bottom - top};
}

}  // namespace vigil::model
