#include "vision/classic/perspective.h"

#include <gtest/gtest.h>

namespace vigil::vision::classic {
namespace {

TEST(Perspective, KnowsNothingAtFirst) {
  Perspective perspective;
  EXPECT_FALSE(perspective.height_at(0.5));
  for (int i = 0; i < 5; ++i) perspective.learn(0.5, 0.2);
  EXPECT_FALSE(perspective.known());
}

TEST(Perspective, FollowsPeopleWhoGrowTowardsTheCameraDespiteOutliers) {
  Perspective perspective;
  for (int i = 0; i < 60; ++i) {
    const double feet = 0.3 + 0.01 * i;
    perspective.learn(feet, i % 5 == 0 ? 0.9 : 0.3 * feet + 0.05);
  }
  ASSERT_TRUE(perspective.known());
  EXPECT_NEAR(*perspective.height_at(0.4), 0.17, 0.02);
  EXPECT_NEAR(*perspective.height_at(0.9), 0.32, 0.03);
}

TEST(Perspective, PeopleInOneRowTellOneHeight) {
  Perspective perspective;
  for (int i = 0; i < 20; ++i) perspective.learn(0.6, 0.25 + 0.001 * (i % 3));
  EXPECT_NEAR(*perspective.height_at(0.9), 0.251, 0.002);
}

TEST(Perspective, HeightsStayPossible) {
  Perspective perspective;
  for (int i = 0; i < 40; ++i) perspective.learn(0.5 + 0.01 * i, 0.1 + 0.02 * i);
  EXPECT_LE(*perspective.height_at(2.0), 0.95);
  EXPECT_GT(*perspective.height_at(0.0), 0.0);
}

}  // namespace
}  // namespace vigil::vision::classic
