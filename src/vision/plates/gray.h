#pragma once

#include <cstdint>
#include <vector>

#include "media/frame.h"
#include "model/box.h"

// A plate's luma, cleaned until only its characters are left. Pure.

namespace vigil::vision::plates {

struct Gray {
  int width = 0, height = 0;
  std::vector<std::uint8_t> samples;

  Gray() = default;
  Gray(int w, int h, std::uint8_t value = 0)
      : width(w), height(h), samples(static_cast<std::size_t>(w) * static_cast<std::size_t>(h), value) {}
  std::uint8_t at(int x, int y) const { return samples[index(x, y)]; }
  std::uint8_t& at(int x, int y) { return samples[index(x, y)]; }

 private:
  std::size_t index(int x, int y) const {
    return static_cast<std::size_t>(y) * static_cast<std::size_t>(width) + static_cast<std::size_t>(x);
  }
};

Gray copy(const media::Plane& plane);
void invert(Gray& picture);
// The darkest and the lightest hundredth become 0 and 255.
void stretch(Gray& picture);

// 1 where a sample is darker than its surroundings of `window` samples (J. Sauvola and M. Pietikäinen, Adaptive
// document image binarization, 2000; R = 128).
std::vector<std::uint8_t> dark(const Gray& picture, int window, double k);

// A connected part of what is 1.
struct Part {
  int left = 0, top = 0, right = 0, bottom = 0;  // one beyond the last
  int area = 0;
  int label = 0;  // in `labels`
  int width() const { return right - left; }
  int height() const { return bottom - top; }
};
struct Parts {
  std::vector<Part> parts;  // labels from 1 in order
  std::vector<int> labels;  // of each sample; 0: none
};
// `corners`: whether samples that touch at a corner are connected.
Parts connected(const std::vector<std::uint8_t>& mask, int width, int height, bool corners = true);

}  // namespace vigil::vision::plates
