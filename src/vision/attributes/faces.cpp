#include "vision/attributes/faces.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace vigil::vision::attributes {
namespace {

struct Prior {
  float cx, cy, w, h;  // parts of the tensor
};

// Sizes of the boxes at each cell of four grids, with steps of 8, 16, 32 and 64 samples.
const std::array<std::vector<int>, 4>& sizes() {
  static const std::array<std::vector<int>, 4> all = {
      std::vector<int>{10, 16, 24}, {32, 48}, {64, 96}, {128, 192, 256}};
  return all;
}

std::vector<Prior> priors(int width, int height) {
  std::vector<Prior> out;
  int columns = (width + 1) / 2 / 2, rows = (height + 1) / 2 / 2;
  for (std::size_t grid = 0; grid < sizes().size(); ++grid) {
    columns /= 2;
    rows /= 2;
    const auto step = static_cast<float>(8 << grid);
    for (int y = 0; y < rows; ++y) {
      for (int x = 0; x < columns; ++x) {
        for (const int size : sizes()[grid]) {
          const auto s = static_cast<float>(size), w = static_cast<float>(width), h = static_cast<float>(height);
          out.push_back(
              {(static_cast<float>(x) + 0.5F) * step / w, (static_cast<float>(y) + 0.5F) * step / h, s / w, s / h});
        }
      }
    }
  }
  return out;
}

}  // namespace

std::size_t prior_count(int width, int height) {
  return priors(width, height).size();
}

std::optional<Face> best_face(std::span<const float> loc, std::span<const float> conf, std::span<const float> iou,
                              int width, int height, float least) {
  const auto all = priors(width, height);
  if (loc.size() < all.size() * 14 || conf.size() < all.size() * 2 || iou.size() < all.size()) return std::nullopt;
  std::size_t best = all.size();
  float score = least;
  for (std::size_t i = 0; i < all.size(); ++i) {
    const float value = std::sqrt(std::clamp(conf[2 * i + 1], 0.F, 1.F) * std::clamp(iou[i], 0.F, 1.F));
    if (!(value >= score)) continue;
    score = value;
    best = i;
  }
  if (best == all.size()) return std::nullopt;
  const auto& prior = all[best];
  const auto* at = &loc[best * 14];
  constexpr float kCentre = 0.1F, kSize = 0.2F;  // the variances it was trained with
  const auto w = static_cast<float>(width), h = static_cast<float>(height);
  const float cx = (prior.cx + at[0] * kCentre * prior.w) * w, cy = (prior.cy + at[1] * kCentre * prior.h) * h;
  const float fw = prior.w * std::exp(std::min(at[2] * kSize, 4.F)) * w;
  const float fh = prior.h * std::exp(std::min(at[3] * kSize, 4.F)) * h;
  return Face{{cx - fw / 2, cy - fh / 2, fw, fh}, score};
}

}  // namespace vigil::vision::attributes
