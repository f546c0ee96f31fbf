#include "vision/classic/background.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>

namespace vigil::vision::classic {
namespace {

constexpr float kFloor = 14;         // levels that a pixel must differ by at least
constexpr float kDeviations = 3.0F;  // and so many times its own restlessness
constexpr float kLeastVariance = 9, kFirstVariance = 60;
constexpr float kQuiet = 8;          // seconds in which quiet pixels are learnt
constexpr float kAbsorb = 6;         // what has stood still for so long is background,
constexpr float kAbsorbBoot = 0.6F;  // so long while the scene is new,
constexpr float kAbsorbKept = 180;   // so long where somebody was found
constexpr float kAlive = 1;          // second
constexpr int kSame = 9;             // levels within which a candidate is the same
constexpr double kAllChanged = 0.6;  // of the picture: light switched, camera turned

}  // namespace

void Background::reset() {
  width_ = 0;
}

void Background::resize(const media::Plane& luma) {
  source_width_ = luma.width;
  source_height_ = luma.height;
  const int factor = std::max(1, (luma.width + widest_ - 1) / widest_);
  width_ = std::max(1, luma.width / factor);
  height_ = std::max(1, luma.height / factor);
  scale_ = 1.0 / factor;
  const auto size = static_cast<std::size_t>(width_) * static_cast<std::size_t>(height_);
  small_.assign(size, 0);
  raw_.assign(size, 0);
  foreground_.assign(size, 0);
  mean_.assign(size, 0);
  variance_.assign(size, kFirstVariance);
  stable_.assign(size, 0);
  age_ = Nanos(0);
}

// Means of 2×2 pixels out of each factor × factor.
void Background::shrink(const media::Plane& luma) {
  const int factor = static_cast<int>(std::lround(1.0 / scale_));
  const int step = factor / 2;
  for (int y = 0; y < height_; ++y) {
    const auto* a = luma.data + static_cast<std::ptrdiff_t>(y * factor) * luma.stride;
    const auto* b = luma.data + static_cast<std::ptrdiff_t>(y * factor + step) * luma.stride;
    auto* out = small_.data() + static_cast<std::ptrdiff_t>(y) * width_;
    for (int x = 0; x < width_; ++x) {
      const int p = x * factor;
      out[x] = static_cast<std::uint8_t>((a[p] + a[p + step] + b[p] + b[p + step] + 2) / 4);
    }
  }
}

// By how much the whole picture is brighter than the background: automatic gain, clouds.
int Background::exposure_shift() const {
  std::vector<int> differences;
  for (std::size_t i = 0; i < small_.size(); i += 61) {
    differences.push_back(static_cast<int>(std::lround(static_cast<float>(small_[i]) - mean_[i])));
  }
  auto middle = differences.begin() + static_cast<std::ptrdiff_t>(differences.size() / 2);
  std::nth_element(differences.begin(), middle, differences.end());
  return std::clamp(*middle, -30, 30);
}

void Background::see(const media::Plane& luma, Nanos at, const std::vector<std::uint8_t>& keep) {
  if (luma.width <= 0 || luma.height <= 0) return;
  const bool first = width_ == 0 || luma.width != source_width_ || luma.height != source_height_;
  if (first) resize(luma);
  shrink(luma);
  if (first) {
    std::copy(small_.begin(), small_.end(), mean_.begin());
    candidate_ = small_;
    last_ = at;
    return;
  }
  const auto passed = std::clamp(std::chrono::duration<float>(at - last_).count(), 0.001F, 2.0F);
  last_ = at;
  age_ += std::chrono::duration_cast<Nanos>(std::chrono::duration<float>(passed));
  const bool boot = !settled();
  const auto shift = static_cast<float>(exposure_shift());
  const float rate = std::min(0.5F, passed / (boot ? 1.0F : kQuiet));
  const float shift_rate = std::min(1.0F, passed);
  const bool kept = keep.size() == small_.size();
  std::size_t count = 0;
  for (std::size_t i = 0; i < small_.size(); ++i) {
    const auto value = static_cast<float>(small_[i]);
    mean_[i] += shift * shift_rate;
    const float difference = value - mean_[i] - shift * (1 - shift_rate);
    const float square = difference * difference;
    const bool differs = square > kFloor * kFloor && square > kDeviations * kDeviations * variance_[i];
    raw_[i] = differs ? 1 : 0;
    count += differs ? 1 : 0;
    const bool same = std::abs(static_cast<int>(small_[i]) - static_cast<int>(candidate_[i])) <= kSame;
    if (same) {
      stable_[i] += passed;
    } else {
      stable_[i] = 0;
      candidate_[i] = small_[i];
    }
    if (!differs) {
      mean_[i] += rate * difference;
      variance_[i] = std::max(kLeastVariance, variance_[i] + rate * (square - variance_[i]));
    } else if (stable_[i] > (boot ? kAbsorbBoot : kept && keep[i] != 0 ? kAbsorbKept : kAbsorb)) {
      mean_[i] = value;
      variance_[i] = kFirstVariance;
    }
  }
  if (static_cast<double>(count) > kAllChanged * static_cast<double>(small_.size())) {
    std::copy(small_.begin(), small_.end(), mean_.begin());
    std::fill(raw_.begin(), raw_.end(), std::uint8_t{0});
    age_ = Nanos(0);
  }
  clean();
}

double Background::alive(int x0, int y0, int x1, int y1) const {
  int all = 0, moving = 0;
  for (int y = std::max(0, y0); y < std::min(height_, y1); ++y) {
    for (int x = std::max(0, x0); x < std::min(width_, x1); ++x) {
      const auto i = static_cast<std::size_t>(y) * static_cast<std::size_t>(width_) + static_cast<std::size_t>(x);
      all += foreground_[i];
      moving += foreground_[i] != 0 && stable_[i] < kAlive ? 1 : 0;
    }
  }
  return all == 0 ? 0 : static_cast<double>(moving) / all;
}

// Foreground is what most of its 3×3 neighbourhood says.
void Background::clean() {
  std::fill(foreground_.begin(), foreground_.end(), std::uint8_t{0});
  for (int y = 1; y + 1 < height_; ++y) {
    const auto row = static_cast<std::ptrdiff_t>(y) * width_;
    for (int x = 1; x + 1 < width_; ++x) {
      const auto* p = raw_.data() + row + x;
      const int sum = p[-width_ - 1] + p[-width_] + p[-width_ + 1] + p[-1] + p[0] + p[1] + p[width_ - 1] + p[width_] +
                      p[width_ + 1];
      foreground_[static_cast<std::size_t>(row + x)] = sum >= 5 ? 1 : 0;
    }
  }
}

}  // namespace vigil::vision::classic
