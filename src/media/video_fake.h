#pragma once

#include <gtest/gtest.h>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include "media/frame.h"
#include "media/video_writer.h"

// Videos that are made up for tests. Header-only.

namespace vigil::media {

using GrayPixels = std::vector<std::uint8_t>;

// `paint` fills picture `i`, row by row. Gives the path.
inline std::string write_gray_video(const std::string& path, int width, int height, int fps, int pictures,
                                    const std::function<void(GrayPixels& pixels, int i)>& paint) {
  auto video = make_video_writer(path, width, height, fps);
  EXPECT_TRUE(video.ok());
  if (!video) return path;
  for (int i = 0; i < pictures; ++i) {
    auto pixels = std::make_shared<GrayPixels>(static_cast<std::size_t>(width * height));
    paint(*pixels, i);
    auto frame = std::make_shared<Frame>();
    frame->format = PixelFormat::Gray;
    frame->width = width;
    frame->height = height;
    frame->pts = Ticks(i * 90000 / fps);
    frame->planes[0] = {pixels->data(), width, width, height};
    frame->owner = pixels;
    EXPECT_TRUE((*video)->write(frame).ok());
  }
  EXPECT_TRUE((*video)->finish().ok());
  return path;
}

// 10 pictures a second of 64×48; a thin bar moves over grey that changes.
inline std::string write_thin_bar_video(const std::string& path, int pictures) {
  return write_gray_video(path, 64, 48, 10, pictures, [](GrayPixels& pixels, int i) {
    pixels.assign(pixels.size(), static_cast<std::uint8_t>(90 + i % 40));
    for (int y = 10; y < 30; ++y) pixels[static_cast<std::size_t>(y * 64 + i % 60)] = 230;
  });
}

// Noise of 640×480: a picture a second, every second one a key frame, 100 KiB and more each.
inline std::string write_noise_video(const std::string& path, int pictures) {
  std::minstd_rand random(5);
  return write_gray_video(path, 640, 480, 1, pictures, [&](GrayPixels& pixels, int) {
    for (auto& pixel : pixels) pixel = static_cast<std::uint8_t>(random() >> 8);
  });
}

}  // namespace vigil::media
