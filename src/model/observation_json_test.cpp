#include "model/observation_json.h"

#include <gtest/gtest.h>

#include <limits>

#include "base/json.h"

namespace vigil::model {
namespace {

using namespace std::chrono_literals;

Observation frame() {
  Observation made;
  made.camera_id = "gate";
  made.sequence = 7;
  made.pts = Ticks(90000 / 2);
  made.captured = WallTime(1'700'000'000'250'000us);
  made.width = 200;
  made.height = 100;
  made.detected = true;
  made.motion_score = 0.1;
  made.motion = {{1, 2, 3, 4}};
  made.model = "yolox-nano@1";
  made.device = "cpu";
  made.times.infer = 12'345'678ns;
  made.times.total = 20ms;
  return made;
}

SeenObject person() {
  SeenObject made;
  made.track_id = 42;
  made.state = TrackState::Confirmed;
  made.label = "person";
  made.class_id = 0;
  made.confidence = 0.9F;
  made.box = {-10.26F, 20, 60, 50};
  made.attributes = {{"gender", "unknown", 0.4F, "attributes@2"}, {"id", "evil", 1, "m"}};
  return made;
}

Json written(const Observation& observation) {
  auto text = to_json_text(observation);
  EXPECT_EQ(text.find('\n'), std::string::npos);
  auto read = parse_json(text);
  EXPECT_TRUE(read.ok()) << text;
  return read.ok() ? *read : Json();
}

TEST(ObservationJson, FrameHasTheMembersOfGvametaconvert) {
  auto json = written(frame());
  EXPECT_EQ(json["resolution"], Json({{"width", 200}, {"height", 100}}));
  EXPECT_EQ(json["source"], "gate");
  EXPECT_EQ(json["timestamp"], 500'000'000);
  EXPECT_EQ(json["system_timestamp"], "2023-11-14T22:13:20.250Z");
  EXPECT_EQ(json["objects"], Json::array());
  EXPECT_EQ(json["vigil"]["sequence"], 7);
  EXPECT_EQ(json["vigil"]["captured"], 1'700'000'000.25);
  EXPECT_EQ(json["vigil"]["motion"]["boxes"], Json::array({Json::array({1, 2, 3, 4})}));
  EXPECT_EQ(json["vigil"]["stages_ms"]["infer"], 12.346);
  EXPECT_EQ(json["vigil"]["latency_ms"], 20.0);
}

TEST(ObservationJson, ObjectHasTheMembersOfGvametaconvert) {
  auto observation = frame();
  observation.objects = {person()};
  auto json = written(observation)["objects"][0];
  EXPECT_EQ(json["x"], -10);
  EXPECT_EQ(json["y"], 20);
  EXPECT_EQ(json["w"], 60);
  EXPECT_EQ(json["h"], 50);
  EXPECT_EQ(json["id"], 42);
  EXPECT_EQ(json["roi_type"], "person");
  EXPECT_EQ(json["detection"]["bounding_box"],
            Json({{"x_min", 0.0}, {"x_max", 0.2487}, {"y_min", 0.2}, {"y_max", 0.7}}));
  EXPECT_EQ(json["detection"]["confidence"], 0.9);
  EXPECT_EQ(json["detection"]["label_id"], 0);
  EXPECT_EQ(json["gender"]["label"], "unknown");
  EXPECT_EQ(json["gender"]["model"]["name"], "attributes@2");
  EXPECT_EQ(json["vigil"]["state"], "confirmed");
  EXPECT_EQ(json["vigil"]["box"][0], -10.3);
  EXPECT_FALSE(json["vigil"].contains("detected_box"));
  EXPECT_FALSE(json["vigil"].contains("subject"));
}

TEST(ObservationJson, TheSceneIsToldWhereItWasLookedAtAndLooksAreKept) {
  auto observation = frame();
  EXPECT_FALSE(written(observation)["vigil"].contains("scene"));
  observation.scene = Scene{"day, empty", "In good light: nobody.", 0.75F, ""};
  observation.objects = {person()};
  observation.objects[0].appearance = std::make_shared<const Appearance>(Appearance{"osnet@1", {0.6F, 0.8F}});
  const auto json = written(observation);
  EXPECT_EQ(json["vigil"]["scene"],
            Json({{"type", "day, empty"}, {"description", "In good light: nobody."}, {"confidence", 0.75}}));
  EXPECT_EQ(json.dump().find("osnet"), std::string::npos) << "how somebody looks is not for everybody who listens";
}

TEST(ObservationJson, WhatIsNotKnownIsLeftOut) {
  auto observation = frame();
  observation.objects = {person()};
  observation.objects[0].track_id = 0;
  observation.objects[0].class_id = -1;
  auto json = written(observation)["objects"][0];
  EXPECT_FALSE(json.contains("id"));
  EXPECT_FALSE(json["detection"].contains("label_id"));
}

TEST(ObservationJson, MaskSubjectAndDetectorsBoxStandUnderVigil) {
  auto observation = frame();
  observation.objects = {person()};
  auto& object = observation.objects[0];
  object.detected = Box{1, 2, 3, 4};
  object.mask = Mask{2, 2, {1, 3}};
  object.subject_id = 9;
  object.subject_similarity = 0.75F;
  auto json = written(observation)["objects"][0]["vigil"];
  EXPECT_EQ(json["detected_box"], Json::array({1.0, 2.0, 3.0, 4.0}));
  EXPECT_EQ(json["mask"], Json({{"width", 2}, {"height", 2}, {"runs", {1, 3}}}));
  EXPECT_EQ(json["subject"], Json({{"id", 9}, {"similarity", 0.75}}));
}

TEST(ObservationJson, ForeignTextAndNumbersStayJson) {
  auto observation = frame();
  observation.camera_id = "a\"b\xff";
  observation.width = observation.height = 0;
  observation.motion_score = std::numeric_limits<double>::infinity();
  observation.objects = {person()};
  observation.objects[0].box = {std::numeric_limits<float>::quiet_NaN(), std::numeric_limits<float>::infinity(), 1e30F,
                                1};
  observation.objects[0].confidence = std::numeric_limits<float>::quiet_NaN();
  auto json = written(observation);
  EXPECT_EQ(json["objects"][0]["detection"]["confidence"], 0.0);
}

}  // namespace
}  // namespace vigil::model
