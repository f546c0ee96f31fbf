#include "model/analysis_json.h"

#include <gtest/gtest.h>

namespace vigil::model {
namespace {

AnalysisSettings merged(const char* text) {
  AnalysisSettings settings;
  auto done = merge_json(*parse_json(text), settings);
  EXPECT_TRUE(done.ok()) << done.error().message;
  return settings;
}

std::string pointer_of(const char* text) {
  AnalysisSettings settings;
  auto done = merge_json(*parse_json(text), settings);
  return done.ok() ? "" : done.error().pointer;
}

TEST(AnalysisJson, WhatIsWrittenIsReadBack) {
  const AnalysisSettings all = {true,
                                "yolox-nano",
                                {RateMode::Economic, 4, 2.5},
                                {"person"},
                                0.5,
                                {{"car", 0.7}},
                                {0.01, 0.9, 0.1, 3},
                                {{{0, 0}, {1, 0}, {0.5, 1}}},
                                true,
                                false,
                                true,
                                true,
                                true,
                                true};
  AnalysisSettings back;
  ASSERT_TRUE(merge_json(to_json(all), back).ok());
  EXPECT_EQ(back, all);
}

TEST(AnalysisJson, WhatIsAbsentStays) {
  auto settings = merged(R"({"rate":{"fps":3}})");
  AnalysisSettings expected;
  expected.rate.fps = 3;
  EXPECT_EQ(settings, expected);
}

TEST(AnalysisJson, AFaultIsNamedByItsPointer) {
  EXPECT_EQ(pointer_of("[]"), "/analysis");
  EXPECT_EQ(pointer_of(R"({"enabled":1})"), "/analysis/enabled");
  EXPECT_EQ(pointer_of(R"({"rate":{"mode":"often"}})"), "/analysis/rate/mode");
  EXPECT_EQ(pointer_of(R"({"rate":{"speed":1}})"), "/analysis/rate");
  EXPECT_EQ(pointer_of(R"({"size":3})"), "/analysis/size");
  EXPECT_EQ(pointer_of(R"({"classes":["a",1]})"), "/analysis/classes");
  EXPECT_EQ(pointer_of(R"({"class_confidence":{"a":"b"}})"), "/analysis/class_confidence");
  EXPECT_EQ(pointer_of(R"({"masks":[[[0,0,0]]]})"), "/analysis/masks");
  EXPECT_EQ(pointer_of(R"({"colour":"red"})"), "/analysis");
}

}  // namespace
}  // namespace vigil::model
