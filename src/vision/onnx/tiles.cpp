#include "vision/onnx/tiles.h"

#include <algorithm>

namespace vigil::vision::onnx {
namespace {

constexpr int kSmallest = 320;  // of a picture's shorter side
constexpr int kThreeFrom = 2049;
constexpr double kShared = 0.2;
constexpr float kNear = 3;  // pixels from an edge
constexpr float kCutPenalty = 0.6F;
constexpr float kWithin = 0.85F;

// Begin and length of `count` parts of a side.
std::vector<std::pair<int, int>> split(int side, int count) {
  const auto length = static_cast<int>(side / (count - (count - 1) * kShared)) & ~1;
  std::vector<std::pair<int, int>> out;
  for (int i = 0; i < count; ++i) out.emplace_back(((side - length) * i / (count - 1)) & ~1, length);
  return out;
}

}  // namespace

std::vector<Region> tiles_of(int width, int height) {
  std::vector<Region> out;
  if (std::min(width, height) < kSmallest) return out;
  const int count = std::max(width, height) < kThreeFrom ? 2 : 3;
  for (const auto& [y, h] : split(height, count)) {
    for (const auto& [x, w] : split(width, count)) out.push_back({x, y, w, h});
  }
  return out;
}

void demote_cut(std::vector<Candidate>& found, const Region& tile, int width, int height) {
  const auto left = static_cast<float>(tile.x), top = static_cast<float>(tile.y);
  const auto right = static_cast<float>(tile.x + tile.width), bottom = static_cast<float>(tile.y + tile.height);
  for (auto& each : found) {
    const bool cut = (tile.x > 1 && each.x1 < left + kNear) || (tile.y > 1 && each.y1 < top + kNear) ||
                     (tile.x + tile.width < width - 1 && each.x2 > right - kNear) ||
                     (tile.y + tile.height < height - 1 && each.y2 > bottom - kNear);
    if (cut) each.score *= kCutPenalty;
  }
}

void drop_parts(std::vector<Candidate>& candidates) {
  std::vector<Candidate> kept;
  for (const auto& each : candidates) {
    const float area = (each.x2 - each.x1) * (each.y2 - each.y1);
    bool part = std::any_of(kept.begin(), kept.end(), [&](const Candidate& better) {
      const float w = std::min(each.x2, better.x2) - std::max(each.x1, better.x1);
      const float h = std::min(each.y2, better.y2) - std::max(each.y1, better.y1);
      return each.class_id == better.class_id && w > 0 && h > 0 && w * h > kWithin * area;
    });
    if (!part) kept.push_back(each);
  }
  candidates = std::move(kept);
}

}  // namespace vigil::vision::onnx
