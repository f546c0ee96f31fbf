#include "model/polygon.h"

#include <fmt/format.h>

namespace vigil::model {
namespace {

Error invalid(std::string pointer, std::string message) {
  return make_error(ErrorKind::InvalidArgument, std::move(message), "camera.invalid", std::move(pointer));
}

}  // namespace

Result<void> check_masks(const std::vector<Polygon>& masks, const std::string& pointer) {
  if (masks.size() > 32) return invalid(pointer, "at most 32 masks");
  for (std::size_t i = 0; i < masks.size(); ++i) {
    auto below = fmt::format("{}/{}", pointer, i);
    if (masks[i].size() < 3 || masks[i].size() > 64) return invalid(below, "a mask has 3 to 64 points");
    for (const auto& point : masks[i]) {
      if (!(point.x >= 0 && point.x <= 1 && point.y >= 0 && point.y <= 1))
        return invalid(below, "a mask's points are 0 to 1 of the picture's width and height");
    }
  }
  return {};
}

}  // namespace vigil::model
