#include <algorithm>
#include <array>
#include <cmath>

#include "vision/attributes.h"

namespace vigil::vision {
namespace {

enum Colour { Black, Gray, White, Red, Orange, Yellow, Green, Blue, Purple, Brown, kColours };
constexpr std::array<const char*, kColours> kNames = {"black",  "gray",  "white", "red",    "orange",
                                                      "yellow", "green", "blue",  "purple", "brown"};
constexpr int kSamples = 24;  // across and down

// By hue and saturation around gray in YCbCr: no conversion, and brightness stays apart from colour.
Colour colour_of(int y, int cb, int cr) {
  const double u = cb - 128, v = cr - 128, chroma = std::hypot(u, v);
  const double needed = y < 60 ? 16 : 13;
  if (chroma < needed) return y < 70 ? Black : y > 175 ? White : Gray;
  if (y < 35) return Black;
  double hue = std::atan2(v, u) * 180 / 3.14159265358979;  // 0: towards blue, 90: towards red
  if (hue < 0) hue += 360;
  if (hue < 35) return u > 0 && v > 8 ? Purple : Blue;
  if (hue < 80) return Purple;
  if (hue < 125) return y < 75 && chroma < 35 ? Brown : Red;
  if (hue < 157) return y < 110 ? Brown : Orange;
  if (hue < 190) return y < 90 ? Brown : Yellow;
  if (hue < 262) return Green;
  return Blue;
}

int sample(const media::Plane& plane, const media::Frame& frame, double x, double y) {
  const auto px = static_cast<int>(x * plane.width / frame.width),
             py = static_cast<int>(y * plane.height / frame.height);
  const int cx = std::clamp(px, 0, plane.width - 1), cy = std::clamp(py, 0, plane.height - 1);
  return plane.data[static_cast<std::ptrdiff_t>(cy) * plane.stride + cx];
}

// The commonest colour of a part of the box; parts of the box's width and height.
std::optional<model::Attribute> commonest(const media::Frame& frame, const model::Box& box, const model::Box& part,
                                          const char* name) {
  std::array<int, kColours> counts{};
  for (int row = 0; row < kSamples; ++row) {
    for (int column = 0; column < kSamples; ++column) {
      const double x = box.x + box.width * (part.x + part.width * (column + 0.5) / kSamples);
      const double y = box.y + box.height * (part.y + part.height * (row + 0.5) / kSamples);
      if (x < 0 || y < 0 || x >= frame.width || y >= frame.height) continue;
      const int luma = sample(frame.planes[0], frame, x, y);
      const int wide = frame.full_range ? luma : std::clamp((luma - 16) * 255 / 219, 0, 255);
      ++counts[colour_of(wide, sample(frame.planes[1], frame, x, y), sample(frame.planes[2], frame, x, y))];
    }
  }
  int all = 0;
  for (const int count : counts) all += count;
  if (all < kSamples * kSamples / 2) return std::nullopt;
  const auto best = std::max_element(counts.begin(), counts.end());
  return model::Attribute{name, kNames[static_cast<std::size_t>(best - counts.begin())],
                          static_cast<float>(*best) / static_cast<float>(all), "colours"};
}

// Night vision, and cameras without colour.
bool colourless(const media::Frame& frame) {
  int coloured = 0;
  for (int row = 0; row < kSamples; ++row) {
    for (int column = 0; column < kSamples; ++column) {
      const double x = frame.width * (column + 0.5) / kSamples, y = frame.height * (row + 0.5) / kSamples;
      const int u = sample(frame.planes[1], frame, x, y) - 128, v = sample(frame.planes[2], frame, x, y) - 128;
      coloured += std::abs(u) + std::abs(v) > 6 ? 1 : 0;
    }
  }
  return coloured < kSamples * kSamples / 50;
}

}  // namespace

std::vector<model::Attribute> colours(const media::Frame& frame, const model::Box& box, std::string_view label) {
  std::vector<model::Attribute> out;
  if (frame.format == media::PixelFormat::Gray || box.width < 16 || box.height < 16 || colourless(frame)) return out;
  auto add = [&](const model::Box& part, const char* name) {
    if (auto found = commonest(frame, box, part, name)) out.push_back(std::move(*found));
  };
  if (label == "person") {
    if (box.height < 48) return out;
    add({0.3F, 0.2F, 0.4F, 0.25F}, "upper_colour");
    add({0.32F, 0.55F, 0.36F, 0.25F}, "lower_colour");
  } else if (vehicle_type(label, 1)) {
    add({0.2F, 0.3F, 0.6F, 0.4F}, "colour");
  }
  return out;
}

}  // namespace vigil::vision
