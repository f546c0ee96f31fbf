#include "pipeline/analysis_filter.h"

#include <gtest/gtest.h>

namespace vigil::pipeline {
namespace {

const std::vector<std::string> kLabels = {"person", "bicycle", "car"};

vision::Detection seen(int class_id, float score, model::Box box = {100, 100, 50, 100}) {
  return {box, class_id, score, std::nullopt};
}

std::vector<std::size_t> kept(const model::AnalysisSettings& settings, const std::vector<vision::Detection>& found) {
  AnalysisFilter filter;
  filter.adopt(settings, kLabels);
  return filter.apply(found, 1000, 500).source;
}

using Kept = std::vector<std::size_t>;

TEST(AnalysisFilter, KeepsEverythingUnlessTold) {
  EXPECT_EQ(kept({}, {seen(0, 0.9F), seen(2, 0.16F)}), (Kept{0, 1}));
}

TEST(AnalysisFilter, KeepsTheClassesAskedFor) {
  model::AnalysisSettings settings;
  settings.classes = {"car", "person"};
  EXPECT_EQ(kept(settings, {seen(1, 0.9F), seen(2, 0.9F), seen(0, 0.9F), seen(7, 0.9F)}), (Kept{1, 2}));
}

TEST(AnalysisFilter, NamesClassesThatTheModelDoesNotKnowAndGoesOnWithTheOthers) {
  model::AnalysisSettings settings;
  settings.classes = {"persn", "car"};
  settings.class_confidence = {{"zebra", 0.5}};
  AnalysisFilter filter;
  filter.adopt(settings, kLabels);
  EXPECT_EQ(filter.unknown(), "\"persn\" (did you mean person?), \"zebra\"");
  EXPECT_EQ(filter.apply({seen(0, 0.9F), seen(2, 0.9F)}, 1000, 500).source, (Kept{1}));
}

TEST(AnalysisFilter, SizeAndShapeAreParts0fThePicture) {
  model::AnalysisSettings settings;
  settings.size = {.min_area = 0.01, .max_area = 0.1, .min_aspect = 0.2, .max_aspect = 1.0};
  EXPECT_EQ(kept(settings, {seen(0, 0.9F, {0, 0, 50, 100}),    // 0.01 of the picture
                            seen(0, 0.9F, {0, 0, 40, 80}),     // too small
                            seen(0, 0.9F, {0, 0, 300, 400}),   // too large
                            seen(0, 0.9F, {0, 0, 200, 100}),   // too wide
                            seen(0, 0.9F, {0, 0, 20, 400})}),  // too slim
            (Kept{0}));
}

TEST(AnalysisFilter, ObjectsThatStandInAMaskAreIgnored) {
  model::AnalysisSettings settings;
  settings.masks = {{{0, 0.5}, {0.5, 0.5}, {0.5, 1}, {0, 1}}};
  EXPECT_EQ(kept(settings, {seen(0, 0.9F, {100, 200, 50, 100}),    // stands in it
                            seen(0, 0.9F, {100, 100, 50, 100}),    // above
                            seen(0, 0.9F, {600, 300, 50, 100}),    // beside
                            seen(0, 0.9F, {100, 350, 50, 150})}),  // down to the lower edge
            (Kept{1, 2}));
}

TEST(AnalysisFilter, WeakOnesMayOnlyContinueATrack) {
  model::AnalysisSettings settings;
  settings.confidence = 0.4;
  settings.class_confidence = {{"car", 0.7}, {"bicycle", 0.2}};
  AnalysisFilter filter;
  filter.adopt(settings, kLabels);
  EXPECT_FLOAT_EQ(filter.confidence(), 0.4F);
  const auto wanted = filter.apply({seen(0, 0.5F), seen(0, 0.3F), seen(2, 0.6F), seen(1, 0.25F)}, 1000, 500);
  ASSERT_EQ(wanted.detections.size(), 4U);
  EXPECT_FLOAT_EQ(wanted.detections[0].score, 0.5F);
  EXPECT_FLOAT_EQ(wanted.detections[1].score, 0.3F);
  EXPECT_LT(wanted.detections[2].score, filter.confidence()) << "a car needs more";
  EXPECT_GE(wanted.detections[3].score, filter.confidence()) << "a bicycle needs less";
}

TEST(AnalysisFilter, TheDetectorIsAskedForAllThatIsOfUse) {
  model::AnalysisSettings settings;
  settings.confidence = 0.4;
  AnalysisFilter filter;
  filter.adopt(settings, kLabels);
  EXPECT_FLOAT_EQ(filter.min_score(), 0.15F);
  settings.class_confidence = {{"car", 0.05}};
  filter.adopt(settings, kLabels);
  EXPECT_FLOAT_EQ(filter.min_score(), 0.05F);
}

TEST(AnalysisFilter, BoxesWithoutAreaAreNothing) {
  EXPECT_EQ(kept({}, {seen(0, 0.9F, {10, 10, 0, 50}), seen(0, 0.9F, {10, 10, 5, -5})}), Kept{});
}

}  // namespace
}  // namespace vigil::pipeline
