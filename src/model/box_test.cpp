#include "model/box.h"

#include <gtest/gtest.h>

namespace vigil::model {
namespace {

TEST(Box, IouIsTheSharedPartOfBoth) {
  EXPECT_FLOAT_EQ(iou({0, 0, 10, 10}, {0, 0, 10, 10}), 1);
  EXPECT_FLOAT_EQ(iou({0, 0, 10, 10}, {5, 0, 10, 10}), 50.0F / 150.0F);
  EXPECT_FLOAT_EQ(iou({0, 0, 10, 10}, {10, 0, 10, 10}), 0);
  EXPECT_FLOAT_EQ(iou({0, 0, 0, 0}, {0, 0, 0, 0}), 0);
}

TEST(Box, ClippedIsWhatLiesInsideThePicture) {
  EXPECT_EQ(clip({-5, -5, 20, 20}, 10, 12), (Box{0, 0, 10, 12}));
  EXPECT_FLOAT_EQ(clip({20, 0, 5, 5}, 10, 10).area(), 0);
}

}  // namespace
}  // namespace vigil::model
