#include "pipeline/plate_judge.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace vigil::pipeline {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using testing::ElementsAre;

model::SeenObject car(std::uint64_t track, const std::string& plate = "", float confidence = 0.9F) {
  model::SeenObject out;
  out.track_id = track;
  out.state = model::TrackState::Confirmed;
  out.label = "car";
  out.box = {10, 20, 100, 60};
  out.attributes.push_back({"vehicle_type", "car", 1, "class"});
  if (!plate.empty()) out.attributes.push_back({"plate", plate, confidence, "reader"});
  return out;
}

class Plates : public testing::Test {
 protected:
  void set(const model::PlateSettings& settings) {
    auto rules = PlateRules::compile(settings);
    ASSERT_TRUE(rules) << rules.error().message;
    judge_.adopt(std::move(*rules));
  }
  model::Observation see(milliseconds at, std::vector<model::SeenObject> objects) {
    model::Observation out;
    out.camera_id = "gate";
    out.sequence = static_cast<std::uint64_t>(at.count());
    out.captured = WallTime(at);
    out.objects = std::move(objects);
    judge_.judge(out);
    return out;
  }
  std::vector<std::string> events() {
    std::vector<std::string> out;
    while (auto event = events_->try_pop()) {
      last_ = **event;
      out.push_back(model::type_name(last_) + std::string(" ") + std::get<model::PlateSeen>(last_.body).text);
    }
    return out;
  }
  static std::string attribute(const model::SeenObject& object, const std::string& name) {
    for (const auto& each : object.attributes) {
      if (each.name == name) return each.value;
    }
    return "";
  }

  bus::Bus bus_;
  std::unique_ptr<bus::Subscription> events_ = bus_.subscribe("test", 100);
  PlateJudge judge_{bus_};
  model::Event last_;
};

TEST_F(Plates, OnAListAreToldOnceWithWhatShowsIt) {
  set({.allow = {{"M-AB 12", "the gardener"}}, .deny = {{"X Y 99 Z", ""}}});
  see(seconds(1), {car(1), car(2, "XY99Z")});
  EXPECT_THAT(events(), ElementsAre("plate.denied XY99Z"));
  see(seconds(2), {car(1, "MAB12"), car(2, "XY99Z")});
  EXPECT_THAT(events(), ElementsAre("plate.allowed MAB12"));
  const auto& seen = std::get<model::PlateSeen>(last_.body);
  EXPECT_EQ(last_.camera_id, "gate");
  EXPECT_EQ(last_.time, WallTime(seconds(2)));
  EXPECT_EQ(seen.listed, "M-AB 12");
  EXPECT_EQ(seen.label, "the gardener");
  EXPECT_EQ(seen.track_id, 1U);
  EXPECT_EQ(seen.sequence, 2000U);
  EXPECT_EQ(seen.box, (model::Box{10, 20, 100, 60}));
  EXPECT_NE(model::to_json_text(last_).find(R"("plate":"MAB12")"), std::string::npos);
  see(seconds(9), {car(1, "MAB12"), car(2, "XY99Z")});
  EXPECT_THAT(events(), ElementsAre());
}

TEST_F(Plates, InNoListAreToldWhenTheReadingHasSettled) {
  set({.allow = {{"MAB12", ""}}, .max_edits = 0});
  see(seconds(1), {car(1, "MAB1Z"), car(2, "QQQ11")});
  EXPECT_THAT(events(), ElementsAre());
  see(seconds(2), {car(1, "MAB12"), car(2, "QQQ11")});
  EXPECT_THAT(events(), ElementsAre("plate.allowed MAB12")) << "it was read better meanwhile";
  see(seconds(4), {car(2, "QQQ11")});
  EXPECT_THAT(events(), ElementsAre("plate.unknown QQQ11"));
  auto gone = car(3, "RRR22");
  gone.state = model::TrackState::Lost;
  see(seconds(5), {gone});
  EXPECT_THAT(events(), ElementsAre("plate.unknown RRR22")) << "it went before that";
}

TEST_F(Plates, WithoutListsThereAreNoEvents) {
  see(seconds(1), {car(1, "MAB12")});
  see(seconds(100), {car(1, "MAB12")});
  EXPECT_THAT(events(), ElementsAre());
}

TEST_F(Plates, TakeTheFormThatTheyHaveHere) {
  set({.formats = {{"GB", "[A-Z]{2}[0-9]{2}[A-Z]{3}"}}, .replacements = {{"^UK", ""}}, .only_known = true});
  auto seen = see(seconds(1), {car(1, "UKAB12CDE"), car(2, "A812CDE"), car(3, "HELLO")}).objects;
  EXPECT_EQ(attribute(seen[0], "plate"), "AB12CDE");
  EXPECT_EQ(attribute(seen[0], "plate_region"), "GB");
  EXPECT_EQ(attribute(seen[1], "plate"), "AB12CDE") << "an 8 that must be a letter is a B";
  EXPECT_EQ(attribute(seen[2], "plate"), "");
  EXPECT_EQ(attribute(seen[2], "vehicle_type"), "car");
}

TEST_F(Plates, RulesThatMakeNoSenseAreRefusedWithTheirPlace) {
  auto fault = [](const model::PlateSettings& settings) {
    auto rules = PlateRules::compile(settings);
    return rules.ok() ? "" : rules.error().pointer;
  };
  EXPECT_EQ(fault({.formats = {{"a", "[A-Z]"}, {"b", "[A-Z"}}}), "/formats/1/pattern");
  EXPECT_EQ(fault({.replacements = {{"x", "\\1"}}}), "/replacements/0/replacement");
  EXPECT_EQ(fault({.deny = {{"---", ""}}}), "/deny/0/plate");
}

}  // namespace
}  // namespace vigil::pipeline
