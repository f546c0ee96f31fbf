#include "vision/plates/overlap.h"

#include <algorithm>

namespace vigil::vision::plates {
namespace {

constexpr float kOverlap = 0.4F;
constexpr std::size_t kMostLookedAt = 500;

bool within(const model::Box& inner, const model::Box& outer) {
  const auto x = inner.x + inner.width / 2, y = inner.y + inner.height / 2;
  return x > outer.x && x < outer.right() && y > outer.y && y < outer.bottom();
}

}  // namespace

void keep_best(std::vector<PlateSpot>& spots) {
  std::stable_sort(spots.begin(), spots.end(), [](const auto& a, const auto& b) { return a.score > b.score; });
  if (spots.size() > kMostLookedAt) spots.resize(kMostLookedAt);
  std::vector<PlateSpot> out;
  for (const auto& spot : spots) {
    const bool known = std::any_of(out.begin(), out.end(), [&](const PlateSpot& better) {
      return model::iou(better.box, spot.box) > kOverlap || within(spot.box, better.box);
    });
    if (!known) out.push_back(spot);
    if (out.size() == kMaxSpots) break;
  }
  spots = std::move(out);
}

Corners corners_of(const model::Box& box) {
  return {Corner{box.x, box.y}, Corner{box.right(), box.y}, Corner{box.right(), box.bottom()},
          Corner{box.x, box.bottom()}};
}

}  // namespace vigil::vision::plates
