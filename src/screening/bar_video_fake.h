#pragma once

#include <cstddef>
#include <string>

#include "media/video_fake.h"

// A video in which a bright bar moves over grey. Header-only, for tests.

namespace vigil::screening {

// 10 pictures a second of 160×120; the bar is 16 wide and goes two to the right with each.
inline std::string write_bar_video(const std::string& path, int pictures) {
  constexpr int kWidth = 160, kHeight = 120;
  return media::write_gray_video(path, kWidth, kHeight, 10, pictures, [](media::GrayPixels& pixels, int i) {
    pixels.assign(pixels.size(), 90);
    for (int y = 10; y < 40; ++y) {
      for (int x = 0; x < 16; ++x) pixels[static_cast<std::size_t>(y * kWidth + (2 * i) % 140 + x)] = 235;
    }
  });
}

}  // namespace vigil::screening
