#include "vision/track/box_filter.h"

#include <algorithm>
#include <cmath>

namespace vigil::vision::track {
namespace {

// In parts of the box's size. Measurement errors of detectors grow with the object, and so does what a second of
// walking is in pixels.
constexpr float kPlaceError = 0.045F;
constexpr float kSizeError = 0.02F;
constexpr float kWeakError = 1.0F;   // so much more where a detection is hardly believed
constexpr float kFirstSpeed = 2.0F;  // a second: unknown speed of a new object
constexpr float kFirstGrowth = 0.2F;
constexpr float kAcceleration = 0.42F;  // per s^1.5
constexpr float kGrowthAcceleration = 0.18F;
constexpr float kSpeedDamping = 1.5F;  // s, while unseen: nobody walks on for ever
constexpr float kGrowthDamping = 0.3F;
constexpr float kLeastSize = 1.0F;

float squared(float value) {
  return value * value;
}

Axis axis(float value, float error, float rate_error) {
  return {value, 0, squared(error), 0, squared(rate_error)};
}

}  // namespace

void Axis::predict(float seconds, float noise, float damping) {
  const float keep = damping > 0 ? std::exp(-seconds / damping) : 1.0F;
  const float reach = damping > 0 ? damping * (1 - keep) : seconds;
  value += rate * reach;
  rate *= keep;
  value_variance += reach * (2 * covariance + reach * rate_variance) + noise * seconds * seconds * seconds / 3;
  covariance = keep * (covariance + reach * rate_variance) + noise * seconds * seconds / 2;
  rate_variance = keep * keep * rate_variance + noise * seconds;
}

void Axis::update(float measured, float variance) {
  const float gain = value_variance / (value_variance + variance);
  const float rate_gain = covariance / (value_variance + variance);
  const float off = measured - value;
  value += gain * off;
  rate += rate_gain * off;
  rate_variance -= rate_gain * covariance;
  covariance *= 1 - gain;
  value_variance *= 1 - gain;
}

BoxFilter::BoxFilter(const model::Box& box) : BoxFilter(box, 0, 0) {}

BoxFilter::BoxFilter(const model::Box& box, float velocity_x, float velocity_y) {
  const float scale = std::max(box.height, box.width);
  x_ = axis(box.x + box.width / 2, kPlaceError * scale, kFirstSpeed * scale);
  y_ = axis(box.y + box.height / 2, kPlaceError * scale, kFirstSpeed * scale);
  width_ = axis(box.width, kSizeError * box.width, kFirstGrowth * box.width);
  height_ = axis(box.height, kSizeError * box.height, kFirstGrowth * box.height);
  x_.rate = velocity_x;
  y_.rate = velocity_y;
}

float BoxFilter::size() const {
  return std::max({width_.value, height_.value, kLeastSize});
}

void BoxFilter::predict(float seconds, bool is_seen) {
  const float noise = squared(kAcceleration * size());
  x_.predict(seconds, noise, is_seen ? 0 : kSpeedDamping);
  y_.predict(seconds, noise, is_seen ? 0 : kSpeedDamping);
  width_.predict(seconds, squared(kGrowthAcceleration * width_.value), kGrowthDamping);
  height_.predict(seconds, squared(kGrowthAcceleration * height_.value), kGrowthDamping);
  width_.value = std::max(width_.value, kLeastSize);
  height_.value = std::max(height_.value, kLeastSize);
}

void BoxFilter::update(const model::Box& box, float strength) {
  const float doubt = squared(1 + kWeakError * (1 - strength));
  const float place = squared(kPlaceError * size()) * doubt;
  x_.update(box.x + box.width / 2, place);
  y_.update(box.y + box.height / 2, place);
  width_.update(box.width, squared(kSizeError * width_.value) * doubt);
  height_.update(box.height, squared(kSizeError * height_.value) * doubt);
  width_.value = std::max(width_.value, kLeastSize);
  height_.value = std::max(height_.value, kLeastSize);
}

void BoxFilter::stop() {
  x_.rate = y_.rate = width_.rate = height_.rate = 0;
}

void BoxFilter::shift(float scale, float x, float y) {
  x_.value = scale * x_.value + x;
  y_.value = scale * y_.value + y;
  width_.value *= scale;
  height_.value *= scale;
  for (auto* each : {&x_, &y_, &width_, &height_}) {
    each->rate *= scale;
    each->value_variance *= scale * scale;
    each->covariance *= scale * scale;
    each->rate_variance *= scale * scale;
  }
}

model::Box BoxFilter::box() const {
  return {x_.value - width_.value / 2, y_.value - height_.value / 2, width_.value, height_.value};
}

}  // namespace vigil::vision::track
