#include "media/rotate.h"

#include <gtest/gtest.h>

#include "media/planes.h"

namespace vigil::media {
namespace {

FramePtr picture(PixelFormat format) {
  auto canvas = make_canvas(format, 6, 4);
  for (std::size_t i = 0; i < static_cast<std::size_t>(plane_count(format)); ++i) {
    const auto& plane = canvas.frame->planes[i];
    for (int y = 0; y < plane.height; ++y) {
      for (int x = 0; x < plane.width; ++x) {
        canvas.rows[i][y * plane.stride + x] = static_cast<std::uint8_t>(100 * i + 10 * y + x);
      }
    }
  }
  canvas.frame->sequence = 7;
  canvas.frame->pts = Ticks(900);
  return canvas.frame;
}

int sample(const FramePtr& frame, std::size_t plane, int x, int y) {
  return frame->planes[plane].data[y * frame->planes[plane].stride + x];
}

TEST(Rotate, NoTurnIsTheSameFrame) {
  const auto frame = picture(PixelFormat::I420);
  EXPECT_EQ(rotate(frame, 0), frame);
  EXPECT_EQ(rotate(frame, -4), frame);
}

TEST(Rotate, AQuarterPutsTheLeftEdgeOnTop) {
  const auto frame = picture(PixelFormat::I420);
  const auto turned = rotate(frame, 1);
  EXPECT_EQ(turned->width, 4);
  EXPECT_EQ(turned->height, 6);
  EXPECT_EQ(turned->sequence, 7U);
  EXPECT_EQ(turned->pts, Ticks(900));
  EXPECT_EQ(sample(turned, 0, 0, 0), sample(frame, 0, 0, 3)) << "the lower left corner";
  EXPECT_EQ(sample(turned, 0, 3, 0), sample(frame, 0, 0, 0));
  EXPECT_EQ(sample(turned, 0, 3, 5), sample(frame, 0, 5, 0));
  EXPECT_EQ(sample(turned, 1, 1, 0), sample(frame, 1, 0, 0));
}

TEST(Rotate, FourQuartersAndTwoHalvesAreTheBeginning) {
  for (const auto format : {PixelFormat::I420, PixelFormat::I444, PixelFormat::Gray}) {
    const auto frame = picture(format);
    auto quarters = frame, half = rotate(rotate(frame, 2), 2), back = rotate(rotate(frame, 3), 1);
    for (int i = 0; i < 4; ++i) quarters = rotate(quarters, 1);
    for (std::size_t i = 0; i < static_cast<std::size_t>(plane_count(format)); ++i) {
      for (int y = 0; y < frame->planes[i].height; ++y) {
        for (int x = 0; x < frame->planes[i].width; ++x) {
          ASSERT_EQ(sample(quarters, i, x, y), sample(frame, i, x, y));
          ASSERT_EQ(sample(half, i, x, y), sample(frame, i, x, y));
          ASSERT_EQ(sample(back, i, x, y), sample(frame, i, x, y));
        }
      }
    }
  }
}

TEST(Rotate, ChromaOfHalfTheColumnsBecomesI420) {
  const auto frame = picture(PixelFormat::I422);
  const auto turned = rotate(frame, 1);
  EXPECT_EQ(turned->format, PixelFormat::I420);
  EXPECT_EQ(turned->planes[1].width, 2);
  EXPECT_EQ(turned->planes[1].height, 3);
  EXPECT_EQ(sample(turned, 0, 3, 0), sample(frame, 0, 0, 0));
}

}  // namespace
}  // namespace vigil::media
