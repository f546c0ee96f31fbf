#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "media/frame.h"
#include "media/video_writer.h"

// A video in which a bright bar moves over grey. Header-only, for tests.

namespace vigil::screening {

// 10 pictures a second of 160×120; the bar is 16 wide and goes two to the right with each.
inline std::string write_bar_video(const std::string& path, int pictures) {
  constexpr int kWidth = 160, kHeight = 120;
  auto video = media::make_video_writer(path, kWidth, kHeight, 10);
  if (!video) return {};
  for (int i = 0; i < pictures; ++i) {
    auto pixels = std::make_shared<std::vector<std::uint8_t>>(kWidth * kHeight, std::uint8_t{90});
    for (int y = 10; y < 40; ++y) {
      for (int x = 0; x < 16; ++x) (*pixels)[static_cast<std::size_t>(y * kWidth + (2 * i) % 140 + x)] = 235;
    }
    auto frame = std::make_shared<media::Frame>();
    frame->format = media::PixelFormat::Gray;
    frame->width = kWidth;
    frame->height = kHeight;
    frame->pts = Ticks(i * 9000);
    frame->planes[0] = {pixels->data(), kWidth, kWidth, kHeight};
    frame->owner = pixels;
    if (!(*video)->write(frame)) return {};
  }
  return (*video)->finish().ok() ? path : std::string();
}

}  // namespace vigil::screening
