#include "eval/average_precision.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace vigil::eval {
namespace {

const model::Box kBox{10, 10, 20, 20};

TEST(AveragePrecision, IsOneForAPerfectDetector) {
  std::vector<Picture> pictures = {{{{kBox, 3}}, {{kBox, 3, 0.9F}}}, {{}, {}}};
  auto scores = average_precision(pictures);
  EXPECT_DOUBLE_EQ(scores.ap50, 1);
  EXPECT_DOUBLE_EQ(scores.ap, 1);
  ASSERT_EQ(scores.classes.size(), 1U);
  EXPECT_EQ(scores.classes[0].class_id, 3);
}

// One of two is found after one mistake: precision 0.5 up to a recall of 0.5, then none.
TEST(AveragePrecision, CountsMistakesAndMisses) {
  const model::Box elsewhere{100, 100, 20, 20};
  std::vector<Picture> pictures = {{{{kBox, 0}, {{60, 60, 5, 5}, 0}}, {{elsewhere, 0, 0.9F}, {kBox, 0, 0.8F}}}};
  EXPECT_NEAR(average_precision(pictures).ap50, 0.5 * 51 / 101, 1e-9);
}

TEST(AveragePrecision, FindsAnObjectOnce) {
  std::vector<Picture> pictures = {{{{kBox, 0}}, {{kBox, 0, 0.9F}, {kBox, 0, 0.8F}}}};
  EXPECT_DOUBLE_EQ(average_precision(pictures).ap50, 1) << "the second one comes after full recall";
  pictures[0].truth.push_back({{60, 60, 5, 5}, 0});
  pictures[0].found.push_back({{60, 60, 5, 5}, 0, 0.7F});
  EXPECT_NEAR(average_precision(pictures).ap50, (51 + 50 * 2.0 / 3) / 101, 1e-9);
}

// An overlap of 0.6 counts at three of the ten levels.
TEST(AveragePrecision, AsksForMoreOverlapLevelByLevel) {
  std::vector<Picture> pictures = {{{{{0, 0, 100, 100}, 0}}, {{{0, 0, 100, 61}, 0, 0.9F}}}};
  auto scores = average_precision(pictures);
  EXPECT_DOUBLE_EQ(scores.ap50, 1);
  EXPECT_NEAR(scores.ap, 0.3, 1e-9);
}

TEST(AveragePrecision, ClassesThatDoNotOccurDoNotCount) {
  std::vector<Picture> pictures = {{{{kBox, 0}}, {{kBox, 0, 0.9F}, {kBox, 1, 0.9F}}}};
  EXPECT_DOUBLE_EQ(average_precision(pictures).ap50, 1);
  EXPECT_DOUBLE_EQ(average_precision({}).ap50, 0);
}

TEST(YoloLabels, ArePartsOfThePicture) {
  auto boxes = parse_yolo_labels("2 0.5 0.5 0.2 0.4\r\n\n0 0.1 0.1 0.1 0.1 0.99\n", 100, 50);
  ASSERT_TRUE(boxes.ok()) << boxes.error().message;
  ASSERT_EQ(boxes->size(), 2U);
  EXPECT_EQ((*boxes)[0].class_id, 2);
  EXPECT_FLOAT_EQ((*boxes)[0].box.x, 40);
  EXPECT_FLOAT_EQ((*boxes)[0].box.y, 15);
  EXPECT_FLOAT_EQ((*boxes)[0].box.width, 20);
  EXPECT_FLOAT_EQ((*boxes)[0].box.height, 20);
}

TEST(YoloLabels, NameTheLineThatIsWrong) {
  for (const char* text : {"0 1 1 1", "person 0.5 0.5 0.1 0.1", "0 50 50 10 10", "-1 0.5 0.5 0.1 0.1",
                           "1.5 0.5 0.5 0.1 0.1", "0 nan 0.5 0.1 0.1", "0 0.5 0.5 0 0.1"}) {
    auto boxes = parse_yolo_labels(std::string("0 0.5 0.5 0.1 0.1\n") + text, 100, 100);
    ASSERT_FALSE(boxes.ok()) << text;
    EXPECT_THAT(boxes.error().message, ::testing::HasSubstr("line 2")) << text;
  }
}

}  // namespace
}  // namespace vigil::eval
