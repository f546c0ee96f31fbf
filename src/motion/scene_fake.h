#pragma once

#include <algorithm>
#include <cstdint>
#include <random>
#include <vector>

#include "media/frame.h"

// Synthetic pictures for tests of motion: a textured room with whatever is painted into it.

namespace vigil::motion {

class Scene {
 public:
  Scene(int width, int height)
      : width_(width), height_(height), pixels_(std::size_t(width) * height), room_(pixels_), normal_(kNoise) {
    std::normal_distribution<float> normal(0.0F, 1.0F);
    for (auto& value : normal_) value = normal(random_);
    for (int y = 0; y < height_; ++y) {
      for (int x = 0; x < width_; ++x) {
        const int tile = ((x * 12 / width_) + (y * 8 / height_)) % 2 * 25;
        room_[std::size_t(y) * width_ + x] = static_cast<std::uint8_t>(40 + x * 90 / width_ + y * 60 / height_ + tile);
      }
    }
    empty();
  }

  int width() const { return width_; }
  int height() const { return height_; }
  media::Plane plane() const { return {pixels_.data(), width_, width_, height_}; }

  // Walls and floor: a slope of brightness with coarse tiles; 40..215.
  Scene& empty() {
    pixels_ = room_;
    return *this;
  }

  // A rectangle in parts of the picture.
  Scene& box(double left, double top, double width, double height, int level) {
    for (int y = int(top * height_); y < std::min(height_, int((top + height) * height_)); ++y) {
      for (int x = int(left * width_); x < std::min(width_, int((left + width) * width_)); ++x) {
        if (x >= 0 && y >= 0) pixels_[std::size_t(y) * width_ + x] = static_cast<std::uint8_t>(level);
      }
    }
    return *this;
  }

  // Adds `levels` to a rectangle: a low contrast.
  Scene& shade(double left, double top, double width, double height, int levels) {
    for (int y = int(top * height_); y < std::min(height_, int((top + height) * height_)); ++y) {
      for (int x = int(left * width_); x < std::min(width_, int((left + width) * width_)); ++x) {
        auto& pixel = pixels_[std::size_t(y) * width_ + x];
        pixel = clamped(pixel + levels);
      }
    }
    return *this;
  }

  Scene& light(double gain, double offset) {
    for (auto& pixel : pixels_) pixel = clamped(int(pixel * gain + offset));
    return *this;
  }

  // Normal noise on every pixel, out of a table so that large pictures stay cheap.
  Scene& noise(double deviation) {
    std::uniform_int_distribution<std::size_t> anywhere(0, kNoise - 1);
    for (int y = 0; y < height_; ++y) {
      std::size_t at = anywhere(random_);
      for (int x = 0; x < width_; ++x) {
        auto& pixel = pixels_[std::size_t(y) * width_ + x];
        pixel = clamped(pixel + static_cast<int>(normal_[at] * static_cast<float>(deviation) + 128.5F) - 128);
        if (++at == kNoise) at = 0;
      }
    }
    return *this;
  }

  // Bright streaks, two pixels of 640 wide and a twentieth of the picture long, anywhere.
  Scene& rain(int streaks) {
    std::uniform_real_distribution<double> anywhere(0.0, 1.0);
    for (int i = 0; i < streaks; ++i) box(anywhere(random_), anywhere(random_), 2.0 / 640, 0.05, 230);
    return *this;
  }

  // Moves the picture to the left, as a pushed camera does.
  Scene& turn(int pixels) {
    for (int y = 0; y < height_; ++y) {
      auto row = pixels_.begin() + std::ptrdiff_t(y) * width_;
      std::rotate(row, row + pixels, row + width_);
    }
    return *this;
  }

 private:
  static std::uint8_t clamped(int value) { return static_cast<std::uint8_t>(std::clamp(value, 0, 255)); }

  static constexpr std::size_t kNoise = 40'009;

  int width_, height_;
  std::vector<std::uint8_t> pixels_, room_;
  std::vector<float> normal_;
  std::mt19937 random_{7};
};

}  // namespace vigil::motion
