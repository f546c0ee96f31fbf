#include "vision/preprocess.h"

#include <gtest/gtest.h>

#include <array>

#include "vision/picture_fake.h"

namespace vigil::vision {
namespace {

const Preparation kRaw{
    .fit = Preparation::Fit::Letterbox, .order = Preparation::Order::Rgb, .mean = {0, 0, 0}, .scale = {1, 1, 1}};

std::array<float, 3> pixel(const Preprocessor& p, int x, int y) {
  const auto& shape = p.shape();
  const auto area = static_cast<std::size_t>(shape.width * shape.height);
  const auto at = static_cast<std::size_t>(y * shape.width + x);
  if (shape.channels_last) return {p.tensor()[at * 3], p.tensor()[at * 3 + 1], p.tensor()[at * 3 + 2]};
  return {p.tensor()[at], p.tensor()[area + at], p.tensor()[2 * area + at]};
}

void expect_pixel(const Preprocessor& p, int x, int y, std::array<float, 3> wanted, float tolerance = 1.0F) {
  auto got = pixel(p, x, y);
  for (std::size_t i = 0; i < 3; ++i) EXPECT_NEAR(got[i], wanted[i], tolerance) << x << "," << y << " channel " << i;
}

// The primary colours as ITU-R BT.601 and BT.709 write them down.
TEST(Preprocessor, MakesRedOfRedInEveryRange) {
  Preprocessor p({32, 32, false}, kRaw);
  auto jpeg = plain(64, 64, 76, 85, 255);
  p.prepare(jpeg);
  expect_pixel(p, 16, 16, {254, 0, 0}, 1.6F);
  auto sd = plain(64, 64, 81, 90, 240);
  sd.full_range = false;
  p.prepare(sd);
  expect_pixel(p, 16, 16, {254, 0, 0}, 1.6F);
  auto hd = plain(1280, 720, 63, 102, 240);
  hd.full_range = false;
  p.prepare(hd);
  expect_pixel(p, 16, 4, {255, 0, 0}, 1.6F);
}

TEST(Preprocessor, LimitedBlackAndWhiteAreTheEndsOfTheScale) {
  Preprocessor p({32, 32, false}, kRaw);
  auto black = plain(64, 64, 16, 128, 128);
  black.full_range = false;
  p.prepare(black);
  expect_pixel(p, 5, 5, {0, 0, 0}, 0.01F);
  auto white = plain(64, 64, 235, 128, 128);
  white.full_range = false;
  p.prepare(white);
  expect_pixel(p, 5, 5, {255, 255, 255}, 0.01F);
}

TEST(Preprocessor, OrderMeanAndScaleBelongToTheChannelsOfTheTensor) {
  Preparation preparation = kRaw;
  preparation.order = Preparation::Order::Bgr;
  preparation.mean = {1, 2, 3};
  preparation.scale = {2, 4, 8};
  Preprocessor p({32, 32, false}, preparation);
  auto red = plain(64, 64, 76, 85, 255);
  p.prepare(red);
  expect_pixel(p, 16, 16, {(0 - 1) / 2.F, (0 - 2) / 4.F, (254 - 3) / 8.F}, 0.3F);
}

TEST(Preprocessor, FillsWhatIsLeftOverBelowAndTellsWhereThePictureIs) {
  Preprocessor p({64, 64, false}, kRaw);
  auto placement = p.prepare(plain(128, 64, 200, 128, 128));
  EXPECT_EQ(placement.height, 32);
  expect_pixel(p, 63, 31, {200, 200, 200});
  expect_pixel(p, 0, 32, {114, 114, 114});
  auto box = placement.to_picture(0, 0, 64, 32);
  EXPECT_EQ(box, (model::Box{0, 0, 128, 64}));
  EXPECT_EQ(placement.to_picture(-10, -10, 32, 60), (model::Box{0, 0, 64, 64})) << "clipped to the picture";
}

TEST(Preprocessor, PutsThePictureInTheMiddleWhereTheModelWantsIt) {
  auto preparation = kRaw;
  preparation.centred = true;
  Preprocessor p({64, 64, false}, preparation);
  auto placement = p.prepare(plain(128, 64, 200, 128, 128));
  EXPECT_EQ(placement.top, 16);
  expect_pixel(p, 0, 15, {114, 114, 114});
  expect_pixel(p, 0, 16, {200, 200, 200});
  expect_pixel(p, 0, 48, {114, 114, 114});
}

TEST(Preprocessor, FillsAnewWhenThePictureMoves) {
  Preprocessor p({64, 64, false}, kRaw);
  p.prepare(plain(64, 128, 200, 128, 128));
  expect_pixel(p, 63, 63, {114, 114, 114});
  p.prepare(plain(128, 64, 90, 128, 128));
  expect_pixel(p, 63, 10, {90, 90, 90});
  expect_pixel(p, 10, 63, {114, 114, 114});
}

TEST(Preprocessor, GivesChannelsLastTheSamePicture) {
  auto gradient =
      drawn(100, 60, [](int plane, int x, int y) { return plane == 0 ? 2 * x + y / 2 : 100 + plane * 20 + x % 7; });
  Preprocessor first({64, 64, false}, kRaw), last({64, 64, true}, kRaw);
  first.prepare(gradient);
  last.prepare(gradient);
  for (int y = 0; y < 64; y += 7) {
    for (int x = 0; x < 64; x += 5) expect_pixel(last, x, y, pixel(first, x, y), 1e-4F);
  }
}

// A ramp stays a ramp: pixel centres map to pixel centres.
TEST(Preprocessor, ScalesWithoutShifting) {
  Preprocessor p({64, 32, false}, kRaw);
  p.prepare(drawn(256, 128, [](int plane, int x, int) { return plane == 0 ? x : 128; }));
  for (int x = 1; x < 63; ++x) {
    const float middle = (static_cast<float>(x) + 0.5F) * 4 - 0.5F;
    EXPECT_NEAR(pixel(p, x, 10)[0], middle, 1.0F) << x;
  }
}

TEST(Preprocessor, LooksAtAPartOfThePictureOnly) {
  auto halves = drawn(200, 100, [](int plane, int x, int) { return plane == 0 ? (x < 100 ? 40 : 220) : 128; });
  Preprocessor p({32, 32, false}, kRaw);
  auto placement = p.prepare(halves, {100, 0, 100, 100});
  expect_pixel(p, 0, 10, {220, 220, 220});
  EXPECT_EQ(placement.to_picture(0, 0, 32, 32), (model::Box{100, 0, 100, 100}));
}

TEST(Preprocessor, TakesAnySizeAndFormat) {
  for (auto format :
       {media::PixelFormat::I420, media::PixelFormat::I422, media::PixelFormat::I444, media::PixelFormat::Gray}) {
    for (auto [w, h] : {std::pair(1, 1), std::pair(2, 3), std::pair(17, 9), std::pair(641, 479), std::pair(33, 700)}) {
      Preprocessor p({64, 64, false}, kRaw);
      auto placement = p.prepare(drawn(
          w, h, [](int, int, int) { return 128; }, format));
      EXPECT_GE(placement.width, 1);
      expect_pixel(p, 0, 0, {128, 128, 128});
      expect_pixel(p, placement.width - 1, placement.height - 1, {128, 128, 128});
    }
  }
}

TEST(FittedShape, HasTheAspectOfThePictureInStepsOfTheGrid) {
  const TensorShape base{416, 416, false};
  EXPECT_EQ(fitted_shape(base, 1920, 1080), (TensorShape{416, 256, false}));
  EXPECT_EQ(fitted_shape(base, 1080, 1920), (TensorShape{256, 416, false}));
  EXPECT_EQ(fitted_shape(base, 768, 576), (TensorShape{416, 352, false})) << "312 lines would leave 8 of slack";
  EXPECT_EQ(fitted_shape(base, 100, 100), base);
  EXPECT_EQ(fitted_shape(base, 10000, 10), (TensorShape{416, 32, false}));
}

TEST(Preprocessor, ARoomyInputShowsWhatIsFarAwayLarger) {
  const TensorShape base{416, 416, false};
  const std::int64_t pixels = 228'000;  // 1.32 × 416 × 416
  EXPECT_EQ(roomy_shape(base, pixels, 768, 576), (TensorShape{544, 416, false}));
  EXPECT_EQ(roomy_shape(base, pixels, 1920, 1080), (TensorShape{640, 352, false}));
  EXPECT_EQ(roomy_shape(base, pixels, 1080, 1920), (TensorShape{352, 640, false}));
  EXPECT_EQ(roomy_shape(base, pixels, 400, 300), fitted_shape(base, 400, 300)) << "not larger than it is";
  EXPECT_EQ(roomy_shape(base, pixels, 100, 100), base) << "but what is small is fitted as before";
  EXPECT_EQ(roomy_shape(base, 1, 768, 576), fitted_shape(base, 768, 576));
  EXPECT_EQ(roomy_shape(base, pixels, 0, 0), base);
  for (int width = 50; width < 5000; width += 77) {
    for (int height = 50; height < 5000; height += 177) {
      const auto shape = roomy_shape(base, pixels, width, height);
      ASSERT_EQ(shape.width % 32 + shape.height % 32, 0);
      ASSERT_LE(std::int64_t{shape.width} * shape.height, pixels);
    }
  }
}

}  // namespace
}  // namespace vigil::vision
