#include "media/deinterlace.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <functional>
#include <vector>

namespace vigil::media {
namespace {

constexpr int kWidth = 96, kHeight = 64;

FramePtr grey(const std::function<int(int x, int y)>& look, int height = kHeight) {
  auto pixels = std::make_shared<std::vector<std::uint8_t>>(static_cast<std::size_t>(kWidth * height));
  for (int y = 0; y < height; ++y) {
    for (int x = 0; x < kWidth; ++x)
      (*pixels)[static_cast<std::size_t>(y * kWidth + x)] = static_cast<std::uint8_t>(look(x, y));
  }
  auto frame = std::make_shared<Frame>();
  frame->format = PixelFormat::Gray;
  frame->width = kWidth;
  frame->height = height;
  frame->pts = Ticks(7);
  frame->planes[0] = {pixels->data(), kWidth, kWidth, height};
  frame->owner = pixels;
  return frame;
}

int at(const Frame& frame, int x, int y) {
  return frame.planes[0].data[static_cast<std::ptrdiff_t>(y) * frame.planes[0].stride + x];
}

// A bright square of 32 that is `shift` further to the right in the second field.
FramePtr moving(int shift, bool top_first) {
  return grey([=](int x, int y) {
    const bool second = (y % 2 == 1) == top_first;
    const int left = 20 + (second ? shift : 0);
    return x >= left && x < left + 32 && y >= 16 && y < 48 ? 220 : 40;
  });
}

int combed(const Frame& frame) {
  int count = 0;
  for (int y = 1; y + 1 < frame.height; ++y) {
    for (int x = 0; x < frame.width; ++x) {
      const int above = at(frame, x, y) - at(frame, x, y - 1), below = at(frame, x, y) - at(frame, x, y + 1);
      if (above * below > 0 && std::abs(above) > 30 && std::abs(below) > 30) ++count;
    }
  }
  return count;
}

TEST(Deinterlace, WhatMovedBetweenTheFieldsIsShownWhereItWasInTheFirst) {
  for (const bool top_first : {true, false}) {
    const auto before = moving(10, top_first);
    ASSERT_GT(combed(*before), 300);
    const auto after = deinterlace(before, top_first);
    EXPECT_LT(combed(*after), 20) << top_first;
    EXPECT_EQ(after->pts, Ticks(7));
    // Well inside of the square and beside it, on lines of both fields.
    for (const int y : {30, 31}) {
      EXPECT_NEAR(at(*after, 24, y), 220, 3) << top_first;
      EXPECT_NEAR(at(*after, 57, y), 40, 3) << top_first;
    }
  }
}

TEST(Deinterlace, WhatStandsStillKeepsAllItsLines) {
  const auto still = moving(0, true);
  // Also fine detail, as long as it is no comb: steps, and a slope.
  const auto detail = grey([](int x, int y) { return (x * 7 + y * 3) % 200 / 40 * 40 + y; });
  for (const auto& frame : {still, detail}) {
    const auto after = deinterlace(frame, true);
    int changed = 0;
    for (int y = 0; y < frame->height; ++y) {
      for (int x = 0; x < frame->width; ++x) changed += at(*after, x, y) != at(*frame, x, y) ? 1 : 0;
    }
    EXPECT_LT(changed, kWidth * kHeight / 100);
  }
}

TEST(Deinterlace, TheLinesOfTheFirstFieldAreNeverTouched) {
  const auto noise = grey([](int x, int y) { return (x * 131 + y * 197 + x * y * 31) % 256; });
  const auto top = deinterlace(noise, true), bottom = deinterlace(noise, false);
  for (int y = 0; y < kHeight; ++y) {
    for (int x = 0; x < kWidth; ++x) EXPECT_EQ(at(y % 2 == 0 ? *top : *bottom, x, y), at(*noise, x, y));
  }
}

TEST(Deinterlace, APictureOfAFewLinesIsLeftAlone) {
  const auto small = grey([](int x, int) { return x; }, 3);
  EXPECT_EQ(deinterlace(small, true), small);
  const auto odd = deinterlace(grey([](int x, int y) { return x + y % 2 * 100; }, 5), true);
  EXPECT_EQ(odd->height, 5);
}

}  // namespace
}  // namespace vigil::media
