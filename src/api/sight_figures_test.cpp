#include "api/sight_figures.h"

#include <gtest/gtest.h>

namespace vigil::api {
namespace {

model::Observation seen(int infer_ms, bool detected = true, const std::string& camera = "yard") {
  model::Observation out;
  out.camera_id = camera;
  out.detected = detected;
  out.model = "yolox-nano@1";
  out.device = "cpu";
  out.times.infer = std::chrono::milliseconds(infer_ms);
  out.times.total = std::chrono::milliseconds(infer_ms + 10);
  return out;
}

TEST(SightFigures, QuantilesAreOfTheNearestRank) {
  ManualClock clock;
  SightFigures figures(clock);
  for (int i = 1; i <= 100; ++i) figures.observe(seen(i));
  auto report = figures.of("yard");
  ASSERT_TRUE(report);
  EXPECT_EQ(report->stages[kInfer], (Quantiles{50, 95, 99}));
  EXPECT_EQ(report->stages[kTotal], (Quantiles{60, 105, 109}));
  EXPECT_EQ(report->model, "yolox-nano@1");
  EXPECT_FALSE(figures.of("door"));
}

TEST(SightFigures, RatesAreOfTheLastTenSeconds) {
  ManualClock clock;
  SightFigures figures(clock);
  for (int i = 0; i < 300; ++i) {  // 15 a second, every third with the detector
    figures.observe(seen(20, i % 3 == 0));
    clock.advance(std::chrono::microseconds(66667));
  }
  EXPECT_NEAR(figures.of("yard")->analysed_fps, 15, 0.2);
  EXPECT_NEAR(figures.of("yard")->detected_fps, 5, 0.2);
  for (int i = 0; i < 10; ++i) {
    figures.observe(seen(20));
    clock.advance(std::chrono::seconds(1));
  }
  EXPECT_NEAR(figures.of("yard")->analysed_fps, 1, 0.11);
}

TEST(SightFigures, ACameraThatHasJustBegunHasItsRate) {
  ManualClock clock;
  SightFigures figures(clock);
  for (int i = 0; i < 20; ++i) {
    figures.observe(seen(20));
    clock.advance(std::chrono::milliseconds(100));
  }
  EXPECT_NEAR(figures.of("yard")->analysed_fps, 10, 0.1);
}

TEST(SightFigures, AFastCameraHasItsRateToo) {
  ManualClock clock;
  SightFigures figures(clock);
  for (int i = 0; i < 2400; ++i) {
    figures.observe(seen(5));
    clock.advance(std::chrono::microseconds(8333));
  }
  EXPECT_NEAR(figures.of("yard")->analysed_fps, 120, 1);
}

TEST(SightFigures, FramesWithoutDetectionDoNotMakeTheModelLookFast) {
  ManualClock clock;
  SightFigures figures(clock);
  for (int i = 0; i < 90; ++i) figures.observe(seen(0, false));
  for (int i = 0; i < 10; ++i) figures.observe(seen(30));
  EXPECT_EQ(figures.of("yard")->stages[kInfer].p50, 30);
  EXPECT_EQ(figures.of("yard")->stages[kTotal].p50, 10);
}

TEST(SightFigures, SilenceIsNoReport) {
  ManualClock clock;
  SightFigures figures(clock);
  figures.observe(seen(20));
  clock.advance(std::chrono::seconds(11));
  EXPECT_FALSE(figures.of("yard"));
  figures.observe(seen(20));
  EXPECT_NEAR(figures.of("yard")->analysed_fps, 1, 0.01);
}

}  // namespace
}  // namespace vigil::api
