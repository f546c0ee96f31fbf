#include "eval/mot_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

namespace vigil::eval {
namespace {

using testing::HasSubstr;

std::string refusal(std::string_view text, MotIds ids = MotIds::Unique, const MotLimits& limits = {}) {
  auto rows = parse_mot(text, "gt.txt", ids, limits);
  return rows.ok() ? "taken" : rows.error().message;
}

TEST(MotFile, IsReadInTheOrderOfFrames) {
  auto rows = parse_mot("2,1,5,6,7,8,0,-1,-1,-1\n\n1, 3, 1.5,2,3,4,1\r\n1,2,0,0,1e1,1", "gt.txt", MotIds::Unique);
  ASSERT_TRUE(rows.ok()) << rows.error().message;
  ASSERT_EQ(rows->size(), 3u);
  EXPECT_EQ((*rows)[0], (MotRow{1, 3, {1.5F, 2, 3, 4}, 1}));
  EXPECT_EQ((*rows)[1], (MotRow{1, 2, {0, 0, 10, 1}, 1}));
  EXPECT_EQ((*rows)[2], (MotRow{2, 1, {5, 6, 7, 8}, 0}));
}

TEST(MotFile, WithDetectionsHasNoIds) {
  auto rows = parse_mot("1,-1,1,2,3,4,0.5\n1,-1,1,2,3,4,0.6\n", "det.txt", MotIds::Ignored);
  ASSERT_TRUE(rows.ok());
  EXPECT_EQ((*rows)[1].id, -1);
  EXPECT_FLOAT_EQ((*rows)[1].confidence, 0.6F);
}

TEST(MotFile, NamesTheLineThatIsWrong) {
  EXPECT_THAT(refusal("1,1,0,0,1,1,1\n1,2,0,zero,1,1,1\n"), HasSubstr("gt.txt:2: column 4 is not a number"));
  EXPECT_THAT(refusal("1,1,0,0"), HasSubstr("gt.txt:1: 4 numbers where"));
  EXPECT_THAT(refusal("1,1,0,0,1,1,1,1,1,1,1"), HasSubstr("more than 10 numbers"));
  EXPECT_THAT(refusal("0,1,0,0,1,1"), HasSubstr("frame must be a whole number from 1"));
  EXPECT_THAT(refusal("1.5,1,0,0,1,1"), HasSubstr("frame must be a whole number from 1"));
  EXPECT_THAT(refusal("1,-1,0,0,1,1"), HasSubstr("id must be a whole number"));
  EXPECT_THAT(refusal("1,1,nan,0,1,1"), HasSubstr("column 3 is not a number"));
  EXPECT_THAT(refusal("1,1,1e300,0,1,1"), HasSubstr("column 3 is not a place"));
  EXPECT_THAT(refusal("1,1,0,0,1,1,1e71"), HasSubstr("column 7 is not a confidence"));
  EXPECT_THAT(refusal("1,1,0,0,-1,1"), HasSubstr("cannot be negative"));
  EXPECT_THAT(refusal("1,1,0,0,1,1,,"), HasSubstr("column 7 is not a number"));
  EXPECT_THAT(refusal("3,5,0,0,1,1\n1,5,0,0,1,1\n3,5,0,0,1,1\n"),
              HasSubstr("gt.txt:3: id 5 is in frame 3 already, on line 1"));
}

TEST(MotFile, IsBounded) {
  EXPECT_THAT(refusal("1,1,0,0,1,1\n2,1,0,0,1,1\n", MotIds::Unique, {.rows = 1}),
              HasSubstr("gt.txt:2: more than 1 rows"));
  EXPECT_THAT(refusal("1,1,0,0,1,1\n", MotIds::Unique, {.bytes = 4}), HasSubstr("larger than 4 bytes"));
  EXPECT_THAT(refusal("1,1,0,0,1,1\n1,2,0,0,1,1\n", MotIds::Unique, {.rows_a_frame = 1}),
              HasSubstr("more than 1 boxes in frame 1"));
  EXPECT_THAT(refusal("10000001,1,0,0,1,1"), HasSubstr("from 1 to 10000000"));
}

TEST(MotFile, ThatIsNotThereIsNamed) {
  auto rows = read_mot_file("/does/not/exist.txt", MotIds::Unique);
  ASSERT_FALSE(rows.ok());
  EXPECT_EQ(rows.error().kind, ErrorKind::NotFound);
  EXPECT_THAT(rows.error().message, HasSubstr("/does/not/exist.txt"));
  EXPECT_FALSE(read_mot_file("/", MotIds::Unique).ok());
}

TEST(MotFile, IsReadAsItWasWritten) {
  std::vector<MotRow> rows = {{1, 1, {0.25F, -3, 10, 20}, 0.5F}, {7, 12, {1000.5F, 2, 3, 4}, 1}};
  auto text = to_mot(rows);
  EXPECT_EQ(text, "1,1,0.25,-3.00,10.00,20.00,0.5,-1,-1,-1\n7,12,1000.50,2.00,3.00,4.00,1,-1,-1,-1\n");
  auto again = parse_mot(text, "r.txt", MotIds::Unique);
  ASSERT_TRUE(again.ok());
  EXPECT_EQ(*again, rows);
}

}  // namespace
}  // namespace vigil::eval
