#include "pipeline/analysis_rate.h"

#include <gtest/gtest.h>

namespace vigil::pipeline {
namespace {

using model::RateMode;
using Look = AnalysisRate::Look;
using std::chrono::microseconds;
using std::chrono::milliseconds;
using std::chrono::seconds;

const WallTime kStart = from_unix_seconds(1'700'000'000);

model::AnalysisSettings settings(RateMode mode, double fps = 10, int nth = 1) {
  model::AnalysisSettings out;
  out.enabled = true;
  out.rate = {mode, nth, fps};
  return out;
}

model::MotionSettings no_motion() {
  model::MotionSettings out;
  out.enabled = false;
  return out;
}

// How many of so many seconds of pictures are given to the detector.
int full_looks(AnalysisRate& rate, double camera_fps, int duration_s) {
  int looks = 0;
  for (int i = 0; i < static_cast<int>(camera_fps * duration_s); ++i) {
    const auto at = kStart + microseconds(static_cast<std::int64_t>(1e6 * i / camera_fps));
    const bool due = rate.due(at);
    const bool taken = rate.take(at) == Look::Full;
    EXPECT_TRUE(due || !taken);
    looks += taken ? 1 : 0;
  }
  return looks;
}

TEST(AnalysisRate, EveryFrameIsEveryFrame) {
  AnalysisRate rate;
  rate.adopt(settings(RateMode::EveryFrame), no_motion());
  EXPECT_EQ(full_looks(rate, 25, 4), 100);
}

TEST(AnalysisRate, EveryNthTakesTheFirstOfEachGroup) {
  AnalysisRate rate;
  rate.adopt(settings(RateMode::EveryNth, 0, 3), no_motion());
  for (int i = 0; i < 12; ++i) {
    EXPECT_EQ(rate.take(kStart + milliseconds(40 * i)), i % 3 == 0 ? Look::Full : Look::None) << i;
  }
}

TEST(AnalysisRate, AFixedRateIsKeptOnAverageWhateverTheCamerasRate) {
  for (double camera : {10.0, 12.5, 15.0, 25.0, 29.97, 30.0}) {
    for (double fps : {1.0, 5.0, 7.0, 10.0}) {
      AnalysisRate rate;
      rate.adopt(settings(RateMode::FixedFps, fps), no_motion());
      EXPECT_NEAR(full_looks(rate, camera, 20), 20 * fps, 3) << camera << " → " << fps;
    }
  }
}

TEST(AnalysisRate, AFixedRateAboveTheCamerasTakesEverything) {
  AnalysisRate rate;
  rate.adopt(settings(RateMode::FixedFps, 30), no_motion());
  EXPECT_EQ(full_looks(rate, 25, 4), 100);
}

TEST(AnalysisRate, NothingIsMadeUpForAfterAGap) {
  AnalysisRate rate;
  rate.adopt(settings(RateMode::FixedFps, 2), no_motion());
  EXPECT_EQ(rate.take(kStart), Look::Full);
  EXPECT_EQ(rate.take(kStart + seconds(60)), Look::Full);
  EXPECT_EQ(rate.take(kStart + seconds(60) + milliseconds(100)), Look::None);
}

TEST(AnalysisRate, AClockThatWasSetBackDoesNotStopIt) {
  AnalysisRate rate;
  rate.adopt(settings(RateMode::FixedFps, 1), no_motion());
  EXPECT_EQ(rate.take(kStart), Look::Full);
  EXPECT_TRUE(rate.due(kStart - seconds(3600)));
  EXPECT_EQ(rate.take(kStart - seconds(3600)), Look::Full);
  EXPECT_FALSE(rate.due(kStart - seconds(3600) + milliseconds(200)));
}

TEST(AnalysisRate, TheEconomicModeWantsKeyFramesOnceASecond) {
  AnalysisRate rate;
  rate.adopt(settings(RateMode::Economic), no_motion());
  EXPECT_TRUE(rate.key_frames_only());
  EXPECT_EQ(rate.take(kStart), Look::Full);
  EXPECT_FALSE(rate.due(kStart + milliseconds(500)));
  EXPECT_TRUE(rate.due(kStart + milliseconds(960))) << "key frames do not come on the dot";
}

TEST(AnalysisRate, MotionOfEveryFrameNeedsAllFramesDecoded) {
  AnalysisRate rate;
  model::MotionSettings motion;
  motion.every_frame = true;
  rate.adopt(settings(RateMode::Economic), motion);
  EXPECT_FALSE(rate.key_frames_only());
  EXPECT_EQ(rate.take(kStart), Look::Full);
  EXPECT_EQ(rate.take(kStart + milliseconds(200)), Look::Motion);
  EXPECT_EQ(rate.take(kStart + milliseconds(240)), Look::None);
}

TEST(AnalysisRate, WithoutAnalysisOnlyMotionIsLookedFor) {
  AnalysisRate rate;
  rate.adopt({}, {});
  EXPECT_TRUE(rate.key_frames_only());
  EXPECT_EQ(rate.take(kStart), Look::Motion);
  EXPECT_EQ(rate.take(kStart + milliseconds(400)), Look::None);
  EXPECT_EQ(rate.take(kStart + milliseconds(500)), Look::Motion);
  rate.adopt({}, no_motion());
  EXPECT_FALSE(rate.due(kStart + seconds(10)));
}

// Seconds of looks that all take so long.
void live_through(AnalysisRate& rate, WallTime& now, int duration_s, Nanos latency, std::uint64_t passed_over) {
  const auto end = now + seconds(duration_s);
  for (; now < end; now += milliseconds(40)) {
    if (rate.take(now) == Look::Full) rate.went(now, latency, passed_over);
  }
}

TEST(AnalysisRate, TheAdaptiveRateFallsWhileItIsLateAndRisesAgain) {
  AnalysisRate rate;
  rate.adopt(settings(RateMode::Adaptive, 10), no_motion());
  auto now = kStart;
  live_through(rate, now, 5, milliseconds(50), 0);
  EXPECT_DOUBLE_EQ(rate.fps(), 10);
  EXPECT_EQ(rate.degraded(), "");
  live_through(rate, now, 5, milliseconds(700), 0);
  EXPECT_LT(rate.fps(), 5);
  EXPECT_NE(rate.degraded().find("too slow for 10 pictures a second"), std::string::npos);
  live_through(rate, now, 120, milliseconds(50), 0);
  EXPECT_DOUBLE_EQ(rate.fps(), 10);
  EXPECT_EQ(rate.degraded(), "");
}

TEST(AnalysisRate, TheAdaptiveRateFallsWhenPicturesArePassedOver) {
  AnalysisRate rate;
  rate.adopt(settings(RateMode::Adaptive, 10), no_motion());
  auto now = kStart;
  live_through(rate, now, 60, milliseconds(50), 1);
  EXPECT_LT(rate.fps(), 2);
  EXPECT_GE(rate.fps(), 0.5);
}

TEST(AnalysisRate, OtherRatesStayAndSayThatTheMachineIsTooSlow) {
  AnalysisRate rate;
  rate.adopt(settings(RateMode::EveryFrame), no_motion());
  auto now = kStart;
  live_through(rate, now, 3, milliseconds(700), 2);
  EXPECT_NE(rate.degraded().find("too slow"), std::string::npos);
  live_through(rate, now, 3, milliseconds(700), 0);
  EXPECT_EQ(rate.degraded(), "");
}

}  // namespace
}  // namespace vigil::pipeline
