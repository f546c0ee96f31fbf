#include <algorithm>
#include <cmath>

#include "vision/scene.h"

namespace vigil::vision {
namespace {

constexpr int kSamples = 48;  // across and down

double sample(const media::Plane& plane, int column, int row) {
  const int x = (2 * column + 1) * plane.width / (2 * kSamples), y = (2 * row + 1) * plane.height / (2 * kSamples);
  return plane.data[static_cast<std::ptrdiff_t>(y) * plane.stride + x];
}

float sureness(double distance) {
  return static_cast<float>(std::clamp(0.5 + distance, 0.5, 0.95));
}

}  // namespace

const char* to_string(Light light) {
  switch (light) {
    case Light::Dim:
      return "dim";
    case Light::Night:
      return "night";
    case Light::Infrared:
      return "infrared";
    default:
      return "day";
  }
}

Lighting lighting(const media::Frame& frame) {
  Lighting out;
  if (frame.width < 1 || frame.height < 1 || frame.luma().data == nullptr) return out;
  double luma = 0, chroma = 0;
  const bool gray = frame.format == media::PixelFormat::Gray;
  for (int row = 0; row < kSamples; ++row) {
    for (int column = 0; column < kSamples; ++column) {
      luma += sample(frame.planes[0], column, row);
      if (!gray) {
        chroma += std::hypot(sample(frame.planes[1], column, row) - 128, sample(frame.planes[2], column, row) - 128);
      }
    }
  }
  constexpr double kAll = kSamples * kSamples;
  const double mean = luma / kAll;
  out.brightness = std::clamp(frame.full_range ? mean / 255 : (mean - 16) / 219, 0.0, 1.0);
  out.colour = std::clamp(chroma / kAll / 64, 0.0, 1.0);
  constexpr double kDark = 0.14, kDim = 0.24, kColourless = 0.025;
  if (out.brightness < kDark) {
    out.light = Light::Night;
    out.confidence = sureness((kDark - out.brightness) * 4);
  } else if (out.colour < kColourless) {
    out.light = Light::Infrared;
    out.confidence = gray ? 0.5F : sureness((kColourless - out.colour) * 15);
  } else if (out.brightness < kDim) {
    out.light = Light::Dim;
    out.confidence = 0.5F;
  } else {
    out.light = Light::Day;
    out.confidence = sureness((out.brightness - kDim) * 3);
  }
  return out;
}

}  // namespace vigil::vision
