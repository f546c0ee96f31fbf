#include "vision/scene.h"

#include <gtest/gtest.h>

#include "vision/picture_fake.h"

namespace vigil::vision {
namespace {

media::Frame flat(int luma, int cb, int cr) {
  return drawn(64, 48, [=](int plane, int, int) { return plane == 0 ? luma : plane == 1 ? cb : cr; });
}

model::SeenObject object(const std::string& label, float x = 100) {
  model::SeenObject out;
  out.label = label;
  out.state = model::TrackState::Confirmed;
  out.box = {x, 100, 50, 100};
  return out;
}

TEST(Lighting, IsToldByBrightnessAndColour) {
  EXPECT_EQ(lighting(flat(140, 110, 140)).light, Light::Day);
  EXPECT_EQ(lighting(flat(10, 128, 128)).light, Light::Night);
  EXPECT_EQ(lighting(flat(120, 128, 128)).light, Light::Infrared);
  EXPECT_EQ(lighting(flat(50, 115, 140)).light, Light::Dim);
  EXPECT_GT(lighting(flat(140, 110, 140)).confidence, 0.6F);
  EXPECT_EQ(lighting(media::Frame{}).confidence, 0);
}

TEST(Scene, CountsInWords) {
  const auto scene =
      describe({Light::Day, 0.5, 0.2, 0.9F}, {object("person"), object("person"), object("bus")}, 640, 480);
  EXPECT_EQ(scene.type, "day");
  EXPECT_EQ(scene.description, "In good light: one bus and two people.");
  EXPECT_FLOAT_EQ(scene.confidence, 0.9F);
  EXPECT_EQ(describe({}, std::vector<model::SeenObject>(3, object("bus")), 640, 480).description,
            "In good light: three buses.");
}

TEST(Scene, AnEmptyOneSaysSo) {
  const auto scene = describe({Light::Infrared, 0.5, 0, 0.9F}, {}, 640, 480);
  EXPECT_EQ(scene.type, "infrared, empty");
  EXPECT_EQ(scene.description, "In night vision: nobody and nothing that is known.");
}

TEST(Scene, WhatIsNotBelievedDoesNotCount) {
  auto doubtful = object("person");
  doubtful.state = model::TrackState::Tentative;
  auto gone = object("car");
  gone.state = model::TrackState::Lost;
  EXPECT_EQ(describe({}, {doubtful, gone}, 640, 480).type, "day, empty");
}

TEST(Scene, ManyPeopleAreACrowd) {
  const auto scene = describe({}, std::vector<model::SeenObject>(12, object("person")), 640, 480);
  EXPECT_EQ(scene.type, "day, crowded");
  EXPECT_EQ(scene.description, "In good light: 12 people. It is crowded.");
}

TEST(Scene, TellsWhatIsWornButNotGenderOrAge) {
  auto person = object("person", 10);
  person.attributes = {{"upper_colour", "red", 0.8F, ""},
                       {"gender", "male", 0.99F, ""},
                       {"age", "30-39", 0.9F, ""},
                       {"hat", "yes", 0.9F, ""},
                       {"lower_colour", "unknown", 0.3F, ""}};
  auto car = object("car", 500);
  car.attributes = {{"colour", "blue", 0.8F, ""}, {"plate", "MAB1234", 0.9F, ""}};
  car.stationary = true;
  EXPECT_EQ(
      describe({}, {person, car}, 640, 480).description,
      "In good light: one car and one person. One of them does not move. A person on the left with red upper clothing "
      "and a hat. A blue car on the right, plate MAB1234.");
}

}  // namespace
}  // namespace vigil::vision
