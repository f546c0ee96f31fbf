#include "extract/look.h"

#include <gtest/gtest.h>

#include <memory>
#include <vector>

namespace vigil::extract {
namespace {

template <typename Value>
media::FramePtr picture(Value value, int width = 320, int height = 180) {
  auto pixels = std::make_shared<std::vector<std::uint8_t>>();
  for (int y = 0; y < height; ++y) {
    for (int x = 0; x < width; ++x) pixels->push_back(static_cast<std::uint8_t>(value(x, y)));
  }
  auto frame = std::make_shared<media::Frame>();
  frame->format = media::PixelFormat::Gray;
  frame->full_range = true;
  frame->width = width;
  frame->height = height;
  frame->planes[0] = {pixels->data(), width, width, height};
  frame->owner = pixels;
  return frame;
}

TEST(Look, PrefersWhatIsSharpAndBrightToWhatIsNot) {
  const auto sharp = look_at(*picture([](int x, int y) { return (x / 16 + y / 16) % 2 * 160 + 40; }));
  const auto dark = look_at(*picture([](int x, int y) { return (x / 16 + y / 16) % 2 * 20; }));
  const auto soft = look_at(*picture([](int x, int) { return 40 + x / 2; }));
  EXPECT_GT(sharp.score(), dark.score());
  EXPECT_GT(sharp.score(), soft.score());
  EXPECT_GT(soft.score(), 0);
}

TEST(Look, AFadedOutPictureIsWorthNothing) {
  for (const int level : {0, 128, 255}) {
    const auto look = look_at(*picture([level](int x, int) { return std::clamp(level + x % 2, 0, 255); }));
    EXPECT_TRUE(look.is_blank());
    EXPECT_EQ(look.score(), 0);
  }
}

TEST(Look, SomebodyWhoWalksByIsNoNewScene) {
  const auto room = [](int x, int y) { return 60 + x / 4 + y / 4; };
  const auto empty = look_at(*picture(room));
  const auto person = look_at(*picture([&](int x, int y) { return x > 100 && x < 150 && y > 40 ? 20 : room(x, y); }));
  const auto garden = look_at(*picture([](int x, int y) { return 200 - (x ^ y) % 90; }));
  EXPECT_EQ(difference(empty, empty), 0);
  EXPECT_LT(difference(empty, person), kCut);
  EXPECT_GT(difference(empty, garden), kCut);
}

TEST(Look, TakesPicturesOfAnySize) {
  for (const auto& [width, height] : {std::pair{1, 1}, {16, 2000}, {3840, 17}, {321, 199}}) {
    const auto look = look_at(*picture([](int x, int y) { return (x + y) % 256; }, width, height));
    EXPECT_GE(look.score(), 0);
  }
}

}  // namespace
}  // namespace vigil::extract
