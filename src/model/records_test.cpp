#include "model/records.h"

#include <gtest/gtest.h>

namespace vigil::model {
namespace {

TEST(Records, PlatesCompareWithoutBlanksAndSigns) {
  EXPECT_EQ(plain_plate("m-ab 12\n34"), "MAB1234");
  EXPECT_EQ(plain_plate("  -- "), "");
  EXPECT_EQ(plain_plate("\xc3\x96 1"),
            "\xc3\x96"
            "1");
}

TEST(Records, KeysNameWhatTheyAreAbout) {
  EXPECT_EQ(track_key("r", 7), "r-7");
  EXPECT_EQ(object_key(track_key("r", 7), 100), "r-7-100");
  EXPECT_EQ(segment_key("r-7", 0), "r-7-0");
}

TEST(Records, SpecificTypeIsTheFirstThatIsKnown) {
  EXPECT_EQ(specific_type({{"type", "van", 1, ""}, {"vehicle_type", "unknown", 1, ""}}), "van");
  EXPECT_EQ(specific_type({{"gender", "male", 1, ""}}), "");
}

TEST(Records, PointIsInsideByTheEvenOddRule) {
  const Polygon arrow = {{0, 0}, {1, 0.5}, {0, 1}, {0.5, 0.5}};
  EXPECT_TRUE(inside(arrow, {0.7, 0.5}));
  EXPECT_FALSE(inside(arrow, {0.2, 0.5}));
  const Polygon hook = {{0, 0}, {1, 0}, {1, 1}, {0.8, 1}, {0.8, 0.2}, {0, 0.2}};
  EXPECT_TRUE(inside(hook, {0.1, 0.1}));
  EXPECT_TRUE(inside(hook, {0.9, 0.9}));
  EXPECT_FALSE(inside(hook, {0.5, 0.5}));
  EXPECT_FALSE(inside({{0, 0}, {1, 1}}, {0.5, 0.5}));
  EXPECT_FALSE(inside({}, {0.5, 0.5}));
}

TEST(Records, CosineIsOneOfTheSameAndNothingOfStrangers) {
  EXPECT_NEAR(cosine({1, 2, 3}, {2, 4, 6}), 1, 1e-9);
  EXPECT_NEAR(cosine({1, 0}, {0, 5}), 0, 1e-9);
  EXPECT_EQ(cosine({1, 0}, {1, 0, 0}), 0);
  EXPECT_EQ(cosine({0, 0}, {1, 0}), 0);
}

}  // namespace
}  // namespace vigil::model
