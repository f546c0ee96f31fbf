#pragma once

#include <array>

#include "model/box.h"

namespace vigil::vision::track {

// A value that changes steadily, and how fast: Kalman filter with the constant-velocity model driven by white noise of
// acceleration, in continuous time, so that any spacing of frames is right. Seconds; values in pixels.
struct Axis {
  float value = 0, rate = 0;
  float value_variance = 0, covariance = 0, rate_variance = 0;

  // `noise`: spectral density of the acceleration (pixel²/s³). `damping`: seconds in which the rate falls to 1/e; 0: it
  // stays.
  void predict(float seconds, float noise, float damping);
  void update(float measured, float variance);
};

// Centre and size of a box as four independent axes (SORT, Bewley et al. 2016; noise in parts of the box's size as in
// DeepSORT, Wojke et al. 2017).
class BoxFilter {
 public:
  explicit BoxFilter(const model::Box& box);
  BoxFilter(const model::Box& box, float velocity_x, float velocity_y);

  void predict(float seconds, bool is_seen);
  // `strength`: 0..1, how sure the detection is; boxes of weak ones are less exact.
  void update(const model::Box& box, float strength);
  // Stays where it is.
  void stop();
  // The picture moved below the object: p ↦ scale · p + (x, y).
  void shift(float scale, float x, float y);

  model::Box box() const;
  float velocity_x() const { return x_.rate; }
  float velocity_y() const { return y_.rate; }

 private:
  float size() const;

  Axis x_, y_, width_, height_;
};

}  // namespace vigil::vision::track
