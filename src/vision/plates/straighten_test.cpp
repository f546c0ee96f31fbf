#include <gtest/gtest.h>

#include <cstdint>
#include <vector>

#include "vision/plates.h"
#include "vision/plates/overlap.h"
#include "vision/plates/quad.h"

namespace vigil::vision {
namespace {

constexpr Corners kSlanted = {Corner{20, 30}, Corner{80, 20}, Corner{84, 48}, Corner{18, 56}};

// A picture that is white inside of a quadrangle and black outside of it; the right half inside is gray.
struct Picture {
  std::vector<std::uint8_t> samples;
  media::Frame frame;
};
std::unique_ptr<Picture> picture(const Corners& corners) {
  auto out = std::make_unique<Picture>();
  out->samples.assign(100 * 80, 0);
  const plates::Quad quad(corners);
  for (int v = 0; v < 400; ++v) {
    for (int u = 0; u < 400; ++u) {
      const auto at = quad.at((u + 0.5) / 400, (v + 0.5) / 400);
      out->samples[static_cast<std::size_t>(at.y) * 100 + static_cast<std::size_t>(at.x)] = u < 200 ? 255 : 128;
    }
  }
  out->frame.format = media::PixelFormat::Gray;
  out->frame.width = 100;
  out->frame.height = 80;
  out->frame.planes[0] = {out->samples.data(), 100, 100, 80};
  return out;
}

TEST(Quad, MapsTheSquaresCornersToTheQuads) {
  const plates::Quad quad(kSlanted);
  const double u[] = {0, 1, 1, 0}, v[] = {0, 0, 1, 1};
  for (std::size_t i = 0; i < 4; ++i) {
    EXPECT_NEAR(quad.at(u[i], v[i]).x, kSlanted[i].x, 1e-3);
    EXPECT_NEAR(quad.at(u[i], v[i]).y, kSlanted[i].y, 1e-3);
  }
  const auto wide = plates::widened(plates::corners_of({10, 20, 100, 20}), 0.5);
  EXPECT_NEAR(wide[0].x, 0, 1e-3);
  EXPECT_NEAR(wide[0].y, 10, 1e-3);
  EXPECT_NEAR(wide[2].x, 120, 1e-3);
  EXPECT_NEAR(wide[2].y, 50, 1e-3);
}

TEST(Quad, OnlyAClockwiseConvexOneIsSound) {
  EXPECT_TRUE(plates::sound(kSlanted));
  EXPECT_FALSE(plates::sound({kSlanted[0], kSlanted[2], kSlanted[1], kSlanted[3]}));
  EXPECT_FALSE(plates::sound({kSlanted[3], kSlanted[2], kSlanted[1], kSlanted[0]}));
  EXPECT_FALSE(plates::sound({}));
  const float nan = std::numeric_limits<float>::quiet_NaN();
  EXPECT_FALSE(plates::sound({Corner{nan, 0}, Corner{10, 0}, Corner{10, 10}, Corner{0, 10}}));
}

TEST(Straighten, FillsThePictureWithThePlate) {
  const auto from = picture(kSlanted);
  PlateSpot spot;
  spot.corners = kSlanted;
  const auto plate = straighten(from->frame, spot, 30);
  EXPECT_EQ(plate->height, 30);
  EXPECT_NEAR(plate->width, 70, 6);
  auto at = [&](int x, int y) { return plate->planes[0].data[y * plate->width + x]; };
  for (int y = 3; y < 27; ++y) {
    for (int x = 3; x < plate->width / 2 - 3; ++x) EXPECT_GT(at(x, y), 230) << x << ' ' << y;
    for (int x = plate->width / 2 + 3; x < plate->width - 3; ++x) EXPECT_NEAR(at(x, y), 128, 15) << x << ' ' << y;
  }
}

TEST(Straighten, APlateBeyondThePictureIsFilledWithItsEdge) {
  const auto from = picture(kSlanted);
  PlateSpot spot;
  spot.corners = plates::corners_of({-500, -500, 4000, 300});
  const auto plate = straighten(from->frame, spot, 4000);
  EXPECT_EQ(plate->height, 512);
  EXPECT_EQ(plate->width, 1024);
  EXPECT_EQ(plate->planes[0].data[0], 0);
}

TEST(PlateSpots, OfThoseThatOverlapTheBestIsKept) {
  std::vector<PlateSpot> spots(3);
  spots[0].box = {10, 10, 40, 10};
  spots[0].score = 0.5F;
  spots[1].box = {12, 11, 40, 10};
  spots[1].score = 0.9F;
  spots[2].box = {100, 10, 40, 10};
  spots[2].score = 0.4F;
  plates::keep_best(spots);
  ASSERT_EQ(spots.size(), 2U);
  EXPECT_EQ(spots[0].score, 0.9F);
  EXPECT_EQ(spots[1].score, 0.4F);
  spots.assign(5000, spots[1]);
  for (std::size_t i = 0; i < spots.size(); ++i) spots[i].box.x = static_cast<float>(i) * 50;
  plates::keep_best(spots);
  EXPECT_EQ(spots.size(), plates::kMaxSpots);
}

}  // namespace
}  // namespace vigil::vision
