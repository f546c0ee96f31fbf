#include "vision/onnx/session.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <thread>

#include "vision/onnx/tiny_model_fake.h"

namespace vigil::vision::onnx {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

std::string constant() {
  return tiny_model({.input = {1, 3, -1, -1}, .outputs = {{"found", {1, 2}, {3, 4}, {}}, {"whole", {1, 1}, {}, {7}}}});
}

TEST(Session, GivesFloatsAndWholeNumbers) {
  auto session = Session::load(constant(), "cpu");
  ASSERT_TRUE(session.ok()) << session.error().message;
  EXPECT_EQ(describe((*session)->inputs()), "images float [1,3,-1,-1]");
  std::vector<float> picture(3 * 8 * 8);
  const std::vector<Input> inputs = {{{1, 3, 8, 8}, std::span<const float>(picture)}};
  auto outputs = (*session)->run(inputs);
  ASSERT_TRUE(outputs.ok()) << outputs.error().message;
  EXPECT_THAT(outputs->floats(0), ElementsAre(3, 4));
  EXPECT_THAT(outputs->integers(1), ElementsAre(7));
  EXPECT_TRUE(outputs->floats(1).empty());
}

TEST(Session, NamesTheDevicesThereAreWhenAskedForAnother) {
  for (const char* device : {"abacus", "cuda:x", "cpu:1", ""}) {
    auto session = Session::load(constant(), device);
    ASSERT_FALSE(session.ok()) << device;
    EXPECT_EQ(session.error().kind, ErrorKind::InvalidArgument);
    EXPECT_THAT(session.error().message, HasSubstr("has cpu"));
  }
}

TEST(Session, SaysWhatTheLibraryDoesNotKnow) {
  auto session = Session::load(tiny_model({.outputs = {{"found", {1}, {1}, {}}}, .op = "SummonDemon"}), "cpu");
  ASSERT_FALSE(session.ok());
  EXPECT_THAT(session.error().message, HasSubstr("SummonDemon"));
  EXPECT_FALSE(Session::load("garbage", "cpu").ok());
  EXPECT_FALSE(Session::load("", "cpu").ok());
}

TEST(Session, AWrongShapeIsAnErrorAndNotTheEnd) {
  auto session = Session::load(tiny_model({.outputs = {{"found", {1, 2}, {3, 4}, {}}}}), "cpu");
  ASSERT_TRUE(session.ok());
  std::vector<float> picture(3 * 8 * 8);
  EXPECT_FALSE((*session)->run(std::vector<Input>{{{1, 3, 8, 8}, std::span<const float>(picture)}}).ok());
  EXPECT_FALSE((*session)->run(std::vector<Input>{{{1, 3, 64, 64}, std::span<const float>(picture)}}).ok());
  EXPECT_FALSE((*session)->run({}).ok());
}

TEST(Session, RunsForManyThreadsAtOnce) {
  auto session = Session::load(constant(), "cpu");
  ASSERT_TRUE(session.ok());
  std::atomic<int> good{0};
  std::vector<std::jthread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&] {
      std::vector<float> picture(3 * 8 * 8);
      for (int n = 0; n < 25; ++n) {
        auto outputs = (*session)->run(std::vector<Input>{{{1, 3, 8, 8}, std::span<const float>(picture)}});
        good += outputs.ok() && outputs->floats(0)[1] == 4 ? 1 : 0;
      }
    });
  }
  threads.clear();
  EXPECT_EQ(good, 100);
}

TEST(Session, WhatARunOfSeveralGaveIsTakenApart) {
  auto model = tiny_model(
      {.input = {-1, 3, -1, -1}, .outputs = {{"found", {2, 2}, {1, 2, 3, 4}, {}}, {"whole", {2, 1}, {}, {7, 8}}}});
  auto session = Session::load(model, "cpu");
  ASSERT_TRUE(session.ok()) << session.error().message;
  std::vector<float> pictures(2 * 3 * 8 * 8);
  const std::vector<Input> inputs = {{{2, 3, 8, 8}, std::span<const float>(pictures)}};
  auto outputs = (*session)->run(inputs);
  ASSERT_TRUE(outputs.ok()) << outputs.error().message;
  auto parts = split(std::move(*outputs), 2);
  ASSERT_TRUE(parts.ok()) << parts.error().message;
  const auto second = std::move(parts->back());
  parts->clear();  // each part keeps the memory
  EXPECT_THAT(second.shape(0), ElementsAre(1, 2));
  EXPECT_THAT(second.floats(0), ElementsAre(3, 4));
  EXPECT_THAT(second.integers(1), ElementsAre(8));
  EXPECT_FALSE(split(std::move(*(*session)->run(inputs)), 3).ok());
}

}  // namespace
}  // namespace vigil::vision::onnx
