#include "records/export.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/json.h"
#include "model/box_track.h"
#include "records/sighting_fake.h"

namespace vigil::records {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

model::BoxSegment segment(std::uint64_t track, std::vector<model::TimedBox> boxes) {
  model::BoxSegment made;
  made.track_id = model::track_key("run", track);
  made.coded = model::encode_boxes(boxes);
  return made;
}

TEST(Export, MotLinesGoByFrameThenTrack) {
  std::vector<model::BoxSegment> segments = {
      segment(2, {{1, testing::kBegin, {1, 2, 3, 4.5F}, 1}, {2, testing::kBegin, {2, 2, 3, 4}, 1}}),
      segment(1, {{2, testing::kBegin, {-5, 2, 3, 4}, 0.5F},
                  {3, testing::kBegin, {9, 9, 9, 9}, 0.5F, model::TrackState::Coasting}})};
  auto boxes = boxes_of(segments);
  ASSERT_TRUE(boxes);
  EXPECT_EQ(to_mot(*boxes),
            "1,2,1.00,2.00,3.00,4.50,1.000,-1,-1,-1\n"
            "2,1,-5.00,2.00,3.00,4.00,0.502,-1,-1,-1\n"
            "2,2,2.00,2.00,3.00,4.00,1.000,-1,-1,-1\n");
  EXPECT_EQ(boxes_of(segments, true)->size(), 4U);
  segments[0].coded = "x";
  EXPECT_FALSE(boxes_of(segments).ok());
}

TEST(Export, CsvQuotesAndDisarmsWhatIsForeign) {
  model::TrackRecord track;
  track.id = "run-1";
  track.label = "=HYPERLINK(\"x\")";
  track.zone = "a,b\n\"c\"";
  track.first_seen = testing::kBegin;
  track.attributes = {{"colour", "red", 1, ""}, {"gender", "unknown", 0, ""}};
  const auto text = to_csv(std::vector{track});
  EXPECT_THAT(text, HasSubstr("\"'=HYPERLINK(\"\"x\"\")\""));
  EXPECT_THAT(text, HasSubstr("\"a,b\n\"\"c\"\"\"\r\n"));
  EXPECT_THAT(text, HasSubstr("2023-11-14T22:13:20.000Z"));
  EXPECT_THAT(text, HasSubstr("colour=red; gender=unknown"));
  model::PlateRead plate;
  plate.plain = "MAB1";
  EXPECT_THAT(to_csv(std::vector{plate}), HasSubstr("\r\nMAB1,,"));
  model::DetectedObject object;
  object.box = {-1, 2, 3, 4};
  EXPECT_THAT(to_csv(std::vector{object}), HasSubstr(",-1.00,2.00,3.00,4.00,"));
}

}  // namespace
}  // namespace vigil::records
