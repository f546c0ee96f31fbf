#include "vision/track/camera_motion.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdlib>
#include <utility>

namespace vigil::vision::track {
namespace {

constexpr int kSmallWidth = 160;
constexpr int kBlock = 16, kReach = 8;  // small pixels
constexpr int kSamples = 4;             // along each side of a small pixel
constexpr int kLeastTexture = 6;        // mean difference of neighbours
constexpr float kAgreement = 1.0F;      // small pixels around the median
constexpr std::size_t kLeastBlocks = 6;
constexpr float kLeastShare = 0.6F;  // of the blocks agree
constexpr float kMostZoom = 0.1F;    // from one picture to the next
constexpr float kStill = 0.1F;       // small pixels: less is noise of the estimate

float median(std::vector<float>& values) {
  auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  return *middle;
}

// Offset of the lowest point of the parabola through three values at -1, 0 and 1.
float valley(int left, int middle, int right) {
  const int bend = left - 2 * middle + right;
  return bend > 0 ? std::clamp(0.5F * static_cast<float>(left - right) / static_cast<float>(bend), -0.5F, 0.5F) : 0;
}

}  // namespace

void CameraMotion::shrink(const media::Plane& luma) {
  now_.resize(static_cast<std::size_t>(width_) * height_);
  const int step = std::max(1, factor_ / kSamples);
  for (int y = 0; y < height_; ++y) {
    for (int x = 0; x < width_; ++x) {
      int sum = 0, count = 0;
      for (int v = 0; v < factor_; v += step) {
        const auto* row = luma.data + static_cast<std::ptrdiff_t>(y * factor_ + v) * luma.stride + x * factor_;
        for (int u = 0; u < factor_; u += step, ++count) sum += row[u];
      }
      now_[static_cast<std::size_t>(y) * width_ + x] = static_cast<std::uint8_t>(sum / count);
    }
  }
}

// Where the block is now; nothing where it is too even to tell, or beyond reach.
std::optional<CameraMotion::Move> CameraMotion::find(int left, int top) const {
  const auto* block = before_.data() + static_cast<std::ptrdiff_t>(top) * width_ + left;
  int across = 0, down = 0;
  for (int y = 0; y + 1 < kBlock; ++y) {
    for (int x = 0; x + 1 < kBlock; ++x) {
      const auto* at = block + y * width_ + x;
      across += std::abs(at[1] - at[0]);
      down += std::abs(at[width_] - at[0]);
    }
  }
  // A block with edges of one direction only slides along them.
  if (std::min(across, down) < kLeastTexture * kBlock * kBlock / 2) return std::nullopt;
  constexpr int kSide = 2 * kReach + 1;
  std::array<int, kSide * kSide> costs{};
  int best = 0;
  for (int dy = -kReach; dy <= kReach; ++dy) {
    for (int dx = -kReach; dx <= kReach; ++dx) {
      const auto* other = now_.data() + static_cast<std::ptrdiff_t>(top + dy) * width_ + left + dx;
      int cost = 0;
      for (int y = 0; y < kBlock; ++y) {
        for (int x = 0; x < kBlock; ++x) cost += std::abs(block[y * width_ + x] - other[y * width_ + x]);
      }
      const int index = (dy + kReach) * kSide + dx + kReach;
      costs[index] = cost;
      if (cost < costs[best]) best = index;
    }
  }
  const int x = best % kSide, y = best / kSide;
  if (x == 0 || y == 0 || x == kSide - 1 || y == kSide - 1) return std::nullopt;
  const float middle = kBlock / 2.0F;
  return Move{static_cast<float>(left) + middle, static_cast<float>(top) + middle,
              static_cast<float>(x - kReach) + valley(costs[best - 1], costs[best], costs[best + 1]),
              static_cast<float>(y - kReach) + valley(costs[best - kSide], costs[best], costs[best + kSide])};
}

std::optional<PictureShift> CameraMotion::agree(std::vector<Move>& moves) const {
  if (moves.size() < kLeastBlocks) return std::nullopt;
  // A zoom moves the blocks apart: first how much, from what they do along each axis; then the way.
  std::vector<float> values;
  auto slope = [&](float Move::*place, float Move::*way) {
    values.clear();
    for (std::size_t i = 0; i < moves.size(); ++i) {
      for (std::size_t j = 0; j < i; ++j) {
        const float apart = moves[i].*place - moves[j].*place;
        if (std::abs(apart) >= 2 * kBlock) values.push_back((moves[i].*way - moves[j].*way) / apart);
      }
    }
    return values.empty() ? 0 : median(values);
  };
  const float zoom = 0.5F * (slope(&Move::x, &Move::dx) + slope(&Move::y, &Move::dy));
  if (std::abs(zoom) > kMostZoom) return std::nullopt;
  auto rest = [&](float Move::*place, float Move::*way) {
    values.clear();
    for (const auto& each : moves) values.push_back(each.*way - zoom * (each.*place));
    return median(values);
  };
  const float x = rest(&Move::x, &Move::dx), y = rest(&Move::y, &Move::dy);
  const auto agreeing = std::count_if(moves.begin(), moves.end(), [&](const Move& each) {
    return std::abs(each.dx - zoom * each.x - x) <= kAgreement && std::abs(each.dy - zoom * each.y - y) <= kAgreement;
  });
  if (static_cast<float>(agreeing) < kLeastShare * static_cast<float>(moves.size())) return std::nullopt;
  const float size = static_cast<float>(width_);
  if (std::abs(x) < kStill && std::abs(y) < kStill && std::abs(zoom) * size < kStill) return PictureShift{};
  const auto factor = static_cast<float>(factor_);
  return PictureShift{1 + zoom, x * factor, y * factor};
}

std::optional<PictureShift> CameraMotion::next(const media::Plane& luma, std::span<const model::Box> objects) {
  const int factor = std::max(1, (luma.width + kSmallWidth - 1) / kSmallWidth);
  const int width = luma.width / factor, height = luma.height / factor;
  const bool same = factor == factor_ && width == width_ && height == height_ && !now_.empty();
  factor_ = factor;
  width_ = width;
  height_ = height;
  std::swap(before_, now_);
  if (luma.data == nullptr || width <= 0 || height <= 0) {
    now_.clear();
    return std::nullopt;
  }
  shrink(luma);
  if (!same) return std::nullopt;
  std::vector<Move> moves;
  const auto scale = static_cast<float>(factor);
  for (int top = kReach; top + kBlock + kReach <= height; top += kBlock) {
    for (int left = kReach; left + kBlock + kReach <= width; left += kBlock) {
      const model::Box block = {static_cast<float>(left) * scale, static_cast<float>(top) * scale, kBlock * scale,
                                kBlock * scale};
      if (std::any_of(objects.begin(), objects.end(), [&](const auto& each) { return model::iou(block, each) > 0; })) {
        continue;
      }
      if (auto move = find(left, top)) moves.push_back(*move);
    }
  }
  return agree(moves);
}

}  // namespace vigil::vision::track
