#include "vision/classic/perspective.h"

#include <algorithm>
#include <cmath>
#include <vector>

namespace vigil::vision::classic {
namespace {

constexpr std::size_t kEnough = 12, kMost = 200, kEvery = 8;
constexpr double kSmallest = 0.04, kTallest = 0.95;

double median(std::vector<double>& values) {
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  return *middle;
}

}  // namespace

void Perspective::learn(double feet, double height) {
  samples_.push_back({feet, height});
  if (samples_.size() > kMost) samples_.pop_front();
  if (samples_.size() >= kEnough && ++since_fit_ >= (known_ ? kEvery : 1)) {
    since_fit_ = 0;
    fit();
  }
}

// Theil and Sen: the median of the slopes between pairs that are far enough apart; a quarter of outliers does no harm.
void Perspective::fit() {
  std::vector<double> slopes, offsets;
  const std::size_t stride = samples_.size() > 60 ? 3 : 1;
  for (std::size_t i = 0; i < samples_.size(); i += stride) {
    for (std::size_t j = i + 1; j < samples_.size(); j += stride) {
      const double apart = samples_[j].feet - samples_[i].feet;
      if (std::abs(apart) > 0.05) slopes.push_back((samples_[j].height - samples_[i].height) / apart);
    }
  }
  // Everybody in one row: the same height everywhere until more is known.
  slope_ = slopes.size() < kEnough ? 0 : std::clamp(median(slopes), 0.0, 2.0);
  for (const auto& sample : samples_) offsets.push_back(sample.height - slope_ * sample.feet);
  offset_ = median(offsets);
  known_ = true;
}

std::optional<double> Perspective::height_at(double feet) const {
  if (!known_) return std::nullopt;
  return std::clamp(slope_ * feet + offset_, kSmallest, kTallest);
}

}  // namespace vigil::vision::classic
