#include "vision/onnx/batcher.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <latch>
#include <semaphore>
#include <thread>

#include "vision/onnx/tiny_model_fake.h"

namespace vigil::vision::onnx {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

constexpr TensorShape kShape{2, 1, false};

// Outputs that say which picture they are of.
Outputs outputs_of(float value) {
  auto session =
      Session::load(tiny_model({.input = {1, 3, -1, -1}, .outputs = {{"found", {1, 1}, {value}, {}}}}), "cpu");
  std::vector<float> picture(3 * 2);
  auto outputs = (*session)->run(std::vector<Input>{{{1, 3, 1, 2}, std::span<const float>(picture)}});
  return std::move(*outputs);
}

// A device whose runs last until they are let go.
struct SlowDevice {
  std::vector<std::vector<float>> runs;  // the first value of each picture
  std::counting_semaphore<> begun{0}, go{0};

  Batcher::Run run() {
    return [this](std::span<const float> tensors, std::size_t pictures,
                  const TensorShape&) -> Result<std::vector<Outputs>> {
      auto& firsts = runs.emplace_back();
      const auto each = tensors.size() / pictures;
      std::vector<Outputs> out;
      for (std::size_t i = 0; i < pictures; ++i) {
        firsts.push_back(tensors[i * each]);
        out.push_back(outputs_of(firsts.back()));
      }
      begun.release();
      go.acquire();
      return out;
    };
  }
};

TEST(Batcher, WhoComesDuringARunGoesTogetherInTheNext) {
  SlowDevice device;
  Batcher batcher(device.run());
  std::atomic<int> right{0};
  auto ask = [&](float value) {
    const std::vector<float> tensor(6, value);
    auto answer = batcher.run(tensor, kShape);
    right += answer.ok() && answer->floats(0)[0] == value ? 1 : 0;
  };
  {
    std::jthread first(ask, 1.0F);
    device.begun.acquire();
    std::vector<std::jthread> others;
    for (int i = 2; i <= 5; ++i) others.emplace_back(ask, static_cast<float>(i));
    while (batcher.waiting() < 4) std::this_thread::yield();
    device.go.release(2);
  }
  EXPECT_EQ(right, 5);
  ASSERT_EQ(device.runs.size(), 2U);
  EXPECT_THAT(device.runs[0], ElementsAre(1));
  EXPECT_THAT(device.runs[1], ::testing::UnorderedElementsAre(2, 3, 4, 5));
}

TEST(Batcher, PicturesOfAnotherShapeGoByThemselves) {
  SlowDevice device;
  Batcher batcher(device.run());
  auto ask = [&](float value, TensorShape shape) {
    const std::vector<float> tensor(static_cast<std::size_t>(3 * shape.width * shape.height), value);
    EXPECT_TRUE(batcher.run(tensor, shape).ok());
  };
  {
    std::jthread first(ask, 1.0F, kShape);
    device.begun.acquire();
    std::jthread second(ask, 2.0F, TensorShape{4, 1, false}), third(ask, 3.0F, kShape);
    while (batcher.waiting() < 2) std::this_thread::yield();
    device.go.release(3);
  }
  EXPECT_EQ(device.runs.size(), 3U);
}

TEST(Batcher, WhatGoesWrongGoesWrongForAllOfTheRunAndNotForTheNext) {
  int runs = 0;
  Batcher batcher([&](std::span<const float> tensors, std::size_t, const TensorShape&) -> Result<std::vector<Outputs>> {
    if (++runs == 1) return make_error(ErrorKind::InvalidArgument, "the model fails");
    std::vector<Outputs> out;
    if (runs == 3) out.push_back(outputs_of(tensors[0]));
    return out;
  });
  const std::vector<float> tensor(6, 7.0F);
  EXPECT_THAT(batcher.run(tensor, kShape).error().message, HasSubstr("the model fails"));
  EXPECT_THAT(batcher.run(tensor, kShape).error().message, HasSubstr("incomplete"));
  auto third = batcher.run(tensor, kShape);
  ASSERT_TRUE(third.ok());
  EXPECT_THAT(third->floats(0), ElementsAre(7));
}

}  // namespace
}  // namespace vigil::vision::onnx
