#include "eval/plates.h"

#include <gtest/gtest.h>

namespace vigil::eval {
namespace {

TEST(PlateTruth, IsALineForEachPlate) {
  const auto truth = parse_plate_truth("eu1.jpg\t396\t340\t203\t46\tM5XSX\r\n\na.png 1 2 3 4.5 AB12\n");
  ASSERT_TRUE(truth.ok()) << truth.error().message;
  ASSERT_EQ(truth->size(), 2U);
  EXPECT_EQ(truth->at(0).file, "eu1.jpg");
  EXPECT_EQ(truth->at(0).box, (model::Box{396, 340, 203, 46}));
  EXPECT_EQ(truth->at(0).text, "M5XSX");
  EXPECT_EQ(truth->at(1).box.height, 4.5F);
}

TEST(PlateTruth, WhatIsWrongIsNamed) {
  for (const char* text : {"a.jpg 1 2 3 4", "a.jpg 1 2 3 4 AB 5", "../a.jpg 1 2 3 4 AB", "a.jpg 1 2 3 x AB",
                           "a.jpg 1 2 0 4 AB", "a.jpg 1 2 nan 4 AB", "a.jpg 1 2 3 1e30 AB"}) {
    EXPECT_FALSE(parse_plate_truth(text).ok()) << text;
  }
  EXPECT_NE(parse_plate_truth("a.jpg 1 2 3 4 AB\nb").error().message.find("line 2"), std::string::npos);
}

TEST(PlateScores, CountMistakesOfAllPlates) {
  const auto scores = score_plates({{true, "AB120", "AB12O"}, {true, "CD34", "CD34"}, {false, "EF567", ""}});
  EXPECT_EQ(scores.plates, 3U);
  EXPECT_EQ(scores.found, 2U);
  EXPECT_EQ(scores.exact, 1U);
  EXPECT_EQ(scores.alike, 2U);
  EXPECT_EQ(scores.edits, 6U);
  EXPECT_EQ(scores.characters, 14U);
}

}  // namespace
}  // namespace vigil::eval
