#include "pipeline/scene_watch.h"

#include <gtest/gtest.h>

#include <memory>

namespace vigil::pipeline {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

media::Frame room(std::uint8_t brightness) {
  constexpr int kWidth = 64, kHeight = 48;
  auto samples = std::make_shared<std::vector<std::uint8_t>>(kWidth * kHeight * 3, brightness);
  std::fill(samples->begin() + kWidth * kHeight, samples->end(), 160);  // colourful
  media::Frame frame;
  frame.format = media::PixelFormat::I444;
  frame.width = kWidth;
  frame.height = kHeight;
  for (std::size_t i = 0; i < 3; ++i)
    frame.planes[i] = {samples->data() + i * kWidth * kHeight, kWidth, kWidth, kHeight};
  frame.owner = samples;
  return frame;
}

std::vector<model::SeenObject> people(std::size_t count, const std::string& label = "person") {
  model::SeenObject object;
  object.state = model::TrackState::Confirmed;
  object.label = label;
  object.box = {1, 1, 4, 8};
  return std::vector(count, object);
}

// When something was told, in seconds, where `seen` says what is there at each.
std::vector<int> told(
    int until, const std::function<std::vector<model::SeenObject>(int)>& seen,
    const std::function<std::uint8_t(int)>& light = [](int) -> std::uint8_t { return 150; }) {
  SceneWatch watch;
  std::vector<int> out;
  for (int second = 0; second < until; ++second) {
    if (watch.see(room(light(second)), seen(second), seconds(second))) out.push_back(second);
  }
  return out;
}

TEST(SceneWatch, WhatStaysAsItIsIsToldOnceAMinute) {
  EXPECT_EQ(told(130, [](int) { return people(1); }), (std::vector{0, 60, 120}));
}

TEST(SceneWatch, PeopleWhoComeAndGoAreToldSoon) {
  EXPECT_EQ(told(30, [](int second) { return people(second >= 5 && second < 20 ? 1 : 0); }), (std::vector{0, 5, 20}));
  EXPECT_EQ(told(8, [](int second) { return people(second % 2); }), (std::vector{0, 3, 6})) << "not at every change";
  EXPECT_EQ(told(8, [](int second) { return people(second < 5 ? 2 : 6); }), (std::vector{0, 5}));
}

TEST(SceneWatch, OtherChangesCanWait) {
  EXPECT_EQ(told(25, [](int second) { return people(second < 4 ? 4 : 5); }), (std::vector{0, 10}));
  EXPECT_EQ(told(25, [](int second) { return people(1, second < 4 ? "car" : "dog"); }), (std::vector{0, 10}));
}

TEST(SceneWatch, LightThatLastsIsToldAndALampThatFlickersIsNot) {
  const auto nobody = [](int) { return people(0); };
  EXPECT_EQ(told(9, nobody, [](int second) -> std::uint8_t { return second < 4 ? 150 : 20; }), (std::vector{0, 5}));
  EXPECT_EQ(told(9, nobody, [](int second) -> std::uint8_t { return second == 4 ? 20 : 150; }), (std::vector{0}));
}

TEST(SceneWatch, IsLookedAtOnceASecondAndBeginsAnewWhereTimeGoesBack) {
  SceneWatch watch;
  const auto frame = room(150);
  EXPECT_TRUE(watch.see(frame, {}, seconds(100)));
  EXPECT_FALSE(watch.see(frame, people(1), seconds(100) + milliseconds(900)));
  EXPECT_TRUE(watch.see(frame, people(1), seconds(102)));
  const auto again = watch.see(frame, people(1), seconds(3));
  ASSERT_TRUE(again);
  EXPECT_EQ(again->type, "day");
  EXPECT_NE(again->description.find("one person"), std::string::npos);
}

}  // namespace
}  // namespace vigil::pipeline
