#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "vision/model.h"
#include "vision/onnx/tiny_model_fake.h"
#include "vision/picture_fake.h"
#include "vision/segmentation.h"

// Models that find the middle of a 64×64 picture and say that its left half is the object: the first prototype is
// positive left of the picture's middle, the second one everywhere.

namespace vigil::vision {
namespace {

using onnx::TinyModel;
using onnx::TinyOutput;

constexpr std::int64_t kCells = 64 + 16 + 4;  // of 8, 16, 32 in 64×64
constexpr int kSmall = 16;                    // of the prototypes' sides

TinyOutput filled(std::string name, std::vector<std::int64_t> shape) {
  std::size_t count = 1;
  for (auto each : shape) count *= static_cast<std::size_t>(each);
  return {std::move(name), std::move(shape), std::vector<float>(count, 0.F), {}};
}

TinyOutput prototypes() {
  auto out = filled("output1", {1, 2, kSmall, kSmall});
  for (int y = 0; y < kSmall; ++y) {
    for (int x = 0; x < kSmall; ++x) {
      const auto at = static_cast<std::size_t>(y * kSmall + x);
      out.floats[at] = x < kSmall / 2 ? 1.F : -1.F;
      out.floats[static_cast<std::size_t>(kSmall) * kSmall + at] = 1;
    }
  }
  return out;
}

Result<Detections> look(const std::vector<TinyOutput>& outputs, int width = 64, int height = 64) {
  ModelCard card;
  card.name = "tiny";
  card.version = "1";
  card.labels = {"cat", "dog"};
  VIGIL_ASSIGN(auto model, load_model(card, onnx::tiny_model({.outputs = outputs})));
  return make_detector(model)->detect(plain(width, height, 128, 128, 128), {});
}

// Box of 32×16 in the middle; two classes, the second is seen; then the coefficients of both prototypes.
const std::vector<float> kRow = {32, 32, 32, 16, 0, 0.8F, 3, 0};

TinyOutput upright(const std::vector<float>& row) {
  auto out = filled("output0", {1, 8, kCells});
  for (std::size_t i = 0; i < row.size(); ++i) out.floats[i * kCells + 50] = row[i];
  return out;
}

// How much of the left and of the right half is set.
std::pair<double, double> halves(const model::Mask& mask) {
  const auto bits = decode_mask(mask);
  if (!bits) return {-1, -1};
  std::pair<double, double> out{0, 0};
  for (std::size_t i = 0; i < bits->size(); ++i) {
    const bool left = static_cast<int>(i % static_cast<std::size_t>(mask.width)) < mask.width / 2;
    (left ? out.first : out.second) += (*bits)[i] * 2.0 / static_cast<double>(bits->size());
  }
  return out;
}

void expect_left_half(const Result<Detections>& found) {
  ASSERT_TRUE(found.ok()) << found.error().message;
  ASSERT_EQ(found->found.size(), 1U);
  EXPECT_EQ(found->found[0].class_id, 1);
  ASSERT_TRUE(found->found[0].mask.has_value());
  const auto& mask = *found->found[0].mask;
  EXPECT_EQ(mask.width, 16);  // two samples for each prototype's cell
  EXPECT_EQ(mask.height, 8);
  const auto [left, right] = halves(mask);
  EXPECT_DOUBLE_EQ(left, 1);
  EXPECT_DOUBLE_EQ(right, 0);
}

TEST(InstanceMask, OfYolov8) {
  expect_left_half(look({upright(kRow), prototypes()}));
}

TEST(InstanceMask, OfYolov8WhosePrototypesComeFirst) {
  expect_left_half(look({prototypes(), upright(kRow)}));
}

TEST(InstanceMask, OfYolov8Turned) {
  auto out = filled("output0", {1, kCells, 8});
  std::copy(kRow.begin(), kRow.end(), out.floats.begin() + 50 * 8);
  expect_left_half(look({out, prototypes()}));
}

TEST(InstanceMask, OfYolov5) {
  auto out = filled("output0", {1, 3 * kCells, 9});
  const float row[] = {32, 32, 32, 16, 1, 0, 0.8F, 3, 0};
  std::copy(std::begin(row), std::end(row), out.floats.begin() + 100 * 9);
  expect_left_half(look({out, prototypes()}));
}

TEST(InstanceMask, OfAModelThatSuppressesByItself) {
  auto out = filled("output0", {1, 4, 8});
  const float row[] = {16, 24, 48, 40, 0.8F, 1, 3, 0};
  std::copy(std::begin(row), std::end(row), out.floats.begin() + 8);
  expect_left_half(look({out, prototypes()}));
}

TEST(InstanceMask, LiesWhereThePictureIsInTheTensor) {
  // 128×64 in the middle of 64×64: half as large, 16 down. The box is 32..96 × 16..48 in the picture.
  const auto found = look({upright(kRow), prototypes()}, 128, 64);
  ASSERT_TRUE(found.ok()) << found.error().message;
  ASSERT_EQ(found->found.size(), 1U);
  EXPECT_NEAR(found->found[0].box.x, 32, 0.5);
  EXPECT_NEAR(found->found[0].box.y, 16, 0.5);
  EXPECT_NEAR(found->found[0].box.width, 64, 0.5);
  expect_left_half(found);
}

TEST(InstanceMask, IsCutWithItsBoxAtThePicturesEdge) {
  auto row = kRow;
  row[0] = 0;  // only its right half is in the picture: all of that is left of the prototype's edge
  const auto found = look({upright(row), prototypes()});
  ASSERT_TRUE(found.ok()) << found.error().message;
  ASSERT_EQ(found->found.size(), 1U);
  EXPECT_NEAR(found->found[0].box.width, 16, 0.1);
  ASSERT_TRUE(found->found[0].mask.has_value());
  EXPECT_EQ(found->found[0].mask->width, 8);
  EXPECT_EQ(mask_area(*found->found[0].mask), 64U);
}

TEST(InstanceMask, ThatIsEmptyIsNone) {
  auto row = kRow;
  row[6] = 0;
  row[7] = -1;
  const auto found = look({upright(row), prototypes()});
  ASSERT_TRUE(found.ok());
  ASSERT_EQ(found->found.size(), 1U);
  EXPECT_FALSE(found->found[0].mask.has_value());
}

TEST(InstanceMask, NumbersThatAreNoneAreNoObject) {
  auto row = kRow;
  row[6] = NAN;
  const auto found = look({upright(row), prototypes()});
  ASSERT_TRUE(found.ok());
  ASSERT_EQ(found->found.size(), 1U);
  EXPECT_FALSE(found->found[0].mask.has_value());
}

TEST(InstanceMask, GridsBesideTheRowsAreNoPrototypes) {
  auto out = filled("output0", {1, 3 * kCells, 7});
  const float row[] = {32, 32, 32, 16, 1, 0, 0.8F};
  std::copy(std::begin(row), std::end(row), out.floats.begin() + 100 * 7);
  const auto found = look({out, filled("p3", {1, 21, 8, 8})});
  ASSERT_TRUE(found.ok()) << found.error().message;
  ASSERT_EQ(found->found.size(), 1U);
  EXPECT_FALSE(found->found[0].mask.has_value());
}

}  // namespace
}  // namespace vigil::vision
