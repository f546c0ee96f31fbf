#include "pipeline/analysis.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <vector>

#include "pipeline/detector_fake.h"
#include "pipeline/stage_latency.h"

namespace vigil::pipeline {
namespace {

using model::TrackState;
using std::chrono::milliseconds;
using std::chrono::seconds;

const WallTime kStart = from_unix_seconds(1'700'000'000);
constexpr int kWidth = 640, kHeight = 360;

// A grey room with a dark square, at 10 pictures a second.
class AnalysisTest : public ::testing::Test {
 protected:
  AnalysisTest() { config_.analysis.enabled = true, config_.analysis.rate.mode = model::RateMode::EveryFrame; }

  // `square`: left edge of what moves; nothing: an empty room.
  media::FramePtr frame(std::optional<int> square = {}) {
    auto pixels = std::make_shared<std::vector<std::uint8_t>>(kWidth * kHeight);
    for (int y = 0; y < kHeight; ++y) {
      for (int x = 0; x < kWidth; ++x) {
        const bool inside = square && x >= *square && x < *square + 60 && y > 100 && y < 220;
        (*pixels)[static_cast<std::size_t>(y * kWidth + x)] = static_cast<std::uint8_t>(inside ? 20 : 90 + x / 8);
      }
    }
    auto out = std::make_shared<media::Frame>();
    out->sequence = ++sequence_;
    out->pts = pts_;
    out->captured = time_;
    out->format = media::PixelFormat::Gray;
    out->width = kWidth;
    out->height = kHeight;
    out->planes[0] = {pixels->data(), kWidth, kWidth, kHeight};
    out->owner = pixels;
    pass(milliseconds(100));
    return out;
  }
  void pass(milliseconds duration) {
    time_ += duration;
    pts_ += std::chrono::duration_cast<Ticks>(duration);
  }

  model::Observation see(Analysis& analysis, const media::FramePtr& picture) {
    auto seen = analysis.see(picture, {});
    EXPECT_TRUE(seen.has_value());
    return seen.value_or(model::Observation{});
  }

  // The detector finds one person who walks to the right.
  void somebody_walks() {
    detectors_.find = [this](const media::Frame&, const vision::DetectOptions&) {
      x_ += 4;
      return vision::Detections{{FakeDetectors::person(x_)}, milliseconds(1), milliseconds(2), milliseconds(3)};
    };
  }
  void somebody_stands() {
    detectors_.find = [](const media::Frame&, const vision::DetectOptions&) {
      return vision::Detections{{FakeDetectors::person(200)}, {}, {}, {}};
    };
  }

  AnalysisConfig config_;
  FakeDetectors detectors_;
  WallTime time_ = kStart;
  Ticks pts_{0};
  std::uint64_t sequence_ = 0;
  float x_ = 50;
};

TEST_F(AnalysisTest, AWalkerBecomesATrackWithLabelBoxesAndTimes) {
  somebody_walks();
  Analysis analysis("cam", detectors_, 77);
  ASSERT_TRUE(analysis.adopt(config_).ok());
  model::Observation seen;
  for (int i = 0; i < 10; ++i) {
    model::StageTimes before;
    before.decode = milliseconds(7);
    before.total = milliseconds(9);
    auto out = analysis.see(frame(50 + 4 * i), before);
    ASSERT_TRUE(out);
    seen = *out;
  }
  EXPECT_EQ(seen.camera_id, "cam");
  EXPECT_EQ(seen.sequence, 10U);
  EXPECT_EQ(seen.width, kWidth);
  EXPECT_TRUE(seen.detected);
  EXPECT_EQ(seen.model, "fake");
  EXPECT_EQ(seen.device, "cpu");
  EXPECT_EQ(seen.times.decode, milliseconds(7));
  EXPECT_EQ(seen.times.infer, milliseconds(2));
  EXPECT_GE(seen.times.total, milliseconds(9));
  ASSERT_EQ(seen.objects.size(), 1U);
  const auto& person = seen.objects[0];
  EXPECT_EQ(person.track_id, 77U);
  EXPECT_EQ(person.state, TrackState::Confirmed);
  EXPECT_EQ(person.label, "person");
  EXPECT_FLOAT_EQ(person.confidence, 0.9F);
  ASSERT_TRUE(person.detected);
  EXPECT_FLOAT_EQ(person.detected->x, x_);
  EXPECT_NEAR(person.box.x, x_, 8);
  EXPECT_GT(analysis.next_track_id(), 77U);
  const auto figures = analysis.figures();
  EXPECT_EQ(figures.offered, 10U);
  EXPECT_EQ(figures.analysed, 10U);
  EXPECT_EQ(figures.detected, 10U);
  EXPECT_NEAR(figures.fps, 10, 0.1);
  EXPECT_EQ(figures.degraded, "");
}

TEST_F(AnalysisTest, WhereNothingMovesTheDetectorOnlyLooksNowAndThen) {
  Analysis analysis("cam", detectors_);
  ASSERT_TRUE(analysis.adopt(config_).ok());
  for (int i = 0; i < 100; ++i) see(analysis, frame());  // learns the room
  detectors_.looked = 0;
  for (int i = 0; i < 300; ++i) see(analysis, frame());  // half a minute
  EXPECT_GE(detectors_.looked, 8);
  EXPECT_LE(detectors_.looked, 12);
}

TEST_F(AnalysisTest, MotionWakesTheDetectorAtOnce) {
  Analysis analysis("cam", detectors_);
  ASSERT_TRUE(analysis.adopt(config_).ok());
  for (int i = 0; i < 100; ++i) see(analysis, frame());
  while (see(analysis, frame()).detected) continue;
  int waited = 0;
  for (int x = 100; !see(analysis, frame(x)).detected; x += 10) ASSERT_LT(++waited, 3);
  const auto seen = see(analysis, frame(150));
  EXPECT_TRUE(seen.detected);
  EXPECT_FALSE(seen.motion.empty());
  EXPECT_GT(seen.motion_score, 0);
}

TEST_F(AnalysisTest, WithoutTheGateTheDetectorAlwaysLooks) {
  config_.analysis.motion_gate = false;
  config_.motion.enabled = false;
  Analysis analysis("cam", detectors_);
  ASSERT_TRUE(analysis.adopt(config_).ok());
  for (int i = 0; i < 60; ++i) see(analysis, frame());
  EXPECT_EQ(detectors_.looked, 60);
}

TEST_F(AnalysisTest, WhoStandsStillKeepsHisTrackWithoutBeingDetectedAgainAndAgain) {
  somebody_stands();
  Analysis analysis("cam", detectors_);
  ASSERT_TRUE(analysis.adopt(config_).ok());
  std::uint64_t id = 0;
  for (int i = 0; i < 1200; ++i) {
    const auto seen = see(analysis, frame());
    if (i < 5) continue;
    ASSERT_EQ(seen.objects.size(), 1U) << i;
    if (id == 0) id = seen.objects[0].track_id;
    ASSERT_EQ(seen.objects[0].track_id, id) << i;
    ASSERT_EQ(seen.objects[0].state, TrackState::Confirmed) << i;
    ASSERT_EQ(seen.objects[0].detected.has_value(), seen.detected) << i;
  }
  detectors_.looked = 0;
  for (int i = 0; i < 300; ++i) EXPECT_TRUE(see(analysis, frame()).objects.at(0).stationary);
  EXPECT_LE(detectors_.looked, 12);
}

TEST_F(AnalysisTest, WhoIsStillMovingIsLookedAtEvenWhenMotionMissesHim) {
  somebody_walks();
  Analysis analysis("cam", detectors_);
  ASSERT_TRUE(analysis.adopt(config_).ok());
  for (int i = 0; i < 100; ++i) EXPECT_TRUE(see(analysis, frame()).detected) << i;
}

TEST_F(AnalysisTest, AnUnknownModelIsToldAndMotionGoesOn) {
  config_.analysis.model = "yolo99";
  Analysis analysis("cam", detectors_);
  const auto adopted = analysis.adopt(config_);
  ASSERT_FALSE(adopted.ok());
  EXPECT_EQ(adopted.error().kind, ErrorKind::NotFound);
  for (int i = 0; i < 30; ++i) analysis.see(frame(), {});
  std::optional<model::Observation> seen;
  for (int i = 0; i < 12; ++i) {
    if (auto out = analysis.see(frame(100 + 20 * i), {}); out && !out->motion.empty()) seen = out;
  }
  ASSERT_TRUE(seen);
  EXPECT_FALSE(seen->detected);
  EXPECT_TRUE(seen->objects.empty());
  EXPECT_NE(analysis.figures().degraded.find("there is no model yolo99"), std::string::npos);
  config_.analysis.model = "fake";
  ASSERT_TRUE(analysis.adopt(config_).ok());
  EXPECT_EQ(analysis.figures().degraded, "");
}

TEST_F(AnalysisTest, AClassThatTheModelDoesNotKnowIsToldAndTheOthersAreFound) {
  somebody_walks();
  config_.analysis.classes = {"person", "unicorn"};
  Analysis analysis("cam", detectors_);
  ASSERT_TRUE(analysis.adopt(config_).ok());
  for (int i = 0; i < 5; ++i) see(analysis, frame(i));
  EXPECT_EQ(see(analysis, frame(50)).objects.size(), 1U);
  EXPECT_EQ(analysis.figures().degraded, "the model fake does not know \"unicorn\"");
}

TEST_F(AnalysisTest, OtherSettingsLeaveTheTracksAlone) {
  somebody_walks();
  Analysis analysis("cam", detectors_);
  ASSERT_TRUE(analysis.adopt(config_).ok());
  std::uint64_t id = 0;
  for (int i = 0; i < 10; ++i) id = see(analysis, frame(i)).objects.at(0).track_id;
  config_.analysis.confidence = 0.4;
  ASSERT_TRUE(analysis.adopt(config_).ok());
  EXPECT_EQ(detectors_.made, 1) << "the same model needs no other detector";
  EXPECT_EQ(see(analysis, frame(20)).objects.at(0).track_id, id);
}

TEST_F(AnalysisTest, TracksGoOnInAnotherModelThatKnowsTheirClass) {
  somebody_walks();
  Analysis analysis("cam", detectors_);
  ASSERT_TRUE(analysis.adopt(config_).ok());
  std::uint64_t id = 0;
  for (int i = 0; i < 10; ++i) id = see(analysis, frame(i)).objects.at(0).track_id;
  detectors_.labels = {"car", "person"};
  detectors_.find = [this](const media::Frame&, const vision::DetectOptions&) {
    auto person = FakeDetectors::person(x_ += 4);
    person.class_id = 1;
    return vision::Detections{{person}, {}, {}, {}};
  };
  config_.analysis.model = "fake2";
  ASSERT_TRUE(analysis.adopt(config_).ok());
  const auto seen = see(analysis, frame(20));
  ASSERT_EQ(seen.objects.size(), 1U);
  EXPECT_EQ(seen.objects[0].track_id, id);
  EXPECT_EQ(seen.objects[0].label, "person");
}

TEST_F(AnalysisTest, TracksGoOnInTheNextProcess) {
  somebody_walks();
  auto first = std::make_unique<Analysis>("cam", detectors_);
  ASSERT_TRUE(first->adopt(config_).ok());
  std::uint64_t id = 0;
  for (int i = 0; i < 10; ++i) id = see(*first, frame(i)).objects.at(0).track_id;
  const auto seeds = first->seeds();
  const auto next = first->next_track_id();
  first.reset();
  pass(milliseconds(500));
  Analysis second("cam", detectors_, next);
  ASSERT_TRUE(second.adopt(config_).ok());
  second.seed(seeds);
  std::uint64_t again = 0;
  for (int i = 0; i < 3; ++i) again = see(second, frame(i)).objects.at(0).track_id;
  EXPECT_EQ(again, id);
}

TEST_F(AnalysisTest, TracksGoOnInTheNextProcessAlthoughPicturesCameInABurstAtFirst) {
  somebody_walks();
  auto first = std::make_unique<Analysis>("cam", detectors_);
  ASSERT_TRUE(first->adopt(config_).ok());
  std::uint64_t id = 0;
  for (int i = 0; i < 10; ++i) {
    id = see(*first, frame(i)).objects.at(0).track_id;
    if (i < 5) time_ -= milliseconds(90);  // what was waiting came at once: media time runs before the capture times
  }
  const auto seeds = first->seeds();
  const auto next = first->next_track_id();
  first.reset();
  Analysis second("cam", detectors_, next);
  ASSERT_TRUE(second.adopt(config_).ok());
  second.seed(seeds);
  EXPECT_EQ(see(second, frame(20)).objects.at(0).track_id, id);
}

TEST_F(AnalysisTest, TracksGoOnInTheNextProcessByTheNameOfTheirClass) {
  somebody_walks();
  auto first = std::make_unique<Analysis>("cam", detectors_);
  ASSERT_TRUE(first->adopt(config_).ok());
  std::uint64_t id = 0;
  for (int i = 0; i < 10; ++i) id = see(*first, frame(i)).objects.at(0).track_id;
  auto seeds = first->seeds();
  ASSERT_EQ(seeds.size(), 1U);
  EXPECT_EQ(seeds[0].label, "person");
  auto stranger = seeds[0];
  stranger.id = id + 1;
  stranger.label = "unicorn";
  stranger.box.y += 200;
  seeds.push_back(stranger);
  // Its model has the class at another place, and has no unicorns.
  detectors_.labels = {"car", "person"};
  detectors_.find = [this](const media::Frame&, const vision::DetectOptions&) {
    auto person = FakeDetectors::person(x_ += 4);
    person.class_id = 1;
    return vision::Detections{{person}, {}, {}, {}};
  };
  Analysis second("cam", detectors_, id + 2);
  ASSERT_TRUE(second.adopt(config_).ok());
  second.seed(seeds);
  const auto seen = see(second, frame(20));
  ASSERT_EQ(seen.objects.size(), 1U);
  EXPECT_EQ(seen.objects[0].track_id, id);
  EXPECT_EQ(seen.objects[0].label, "person");
}

TEST_F(AnalysisTest, TracksGoOnOverAnInterruptionWhoseTimesBeginAnew) {
  somebody_walks();
  Analysis analysis("cam", detectors_);
  ASSERT_TRUE(analysis.adopt(config_).ok());
  std::uint64_t id = 0;
  for (int i = 0; i < 10; ++i) id = see(analysis, frame(i)).objects.at(0).track_id;
  analysis.discontinuity();
  pass(milliseconds(400));
  pts_ = Ticks(0);
  std::uint64_t again = 0;
  for (int i = 0; i < 3; ++i) again = see(analysis, frame(i)).objects.at(0).track_id;
  EXPECT_EQ(again, id);
}

TEST_F(AnalysisTest, ADetectorThatFailsIsToldAndTracksCoast) {
  somebody_walks();
  Analysis analysis("cam", detectors_);
  ASSERT_TRUE(analysis.adopt(config_).ok());
  for (int i = 0; i < 10; ++i) see(analysis, frame(i));
  const auto works = detectors_.find;
  detectors_.find = [](const media::Frame&, const vision::DetectOptions&) -> Result<vision::Detections> {
    return make_error(ErrorKind::Internal, "the session is gone");
  };
  auto seen = see(analysis, frame(10));
  EXPECT_FALSE(seen.detected);
  ASSERT_EQ(seen.objects.size(), 1U);
  EXPECT_EQ(seen.objects[0].state, TrackState::Coasting);
  EXPECT_EQ(analysis.figures().failed, 1U);
  EXPECT_EQ(analysis.figures().degraded, "the detector fails: the session is gone");
  detectors_.find = works;
  seen = see(analysis, frame(12));
  EXPECT_EQ(seen.objects.at(0).state, TrackState::Confirmed);
  EXPECT_EQ(analysis.figures().degraded, "");
}

TEST_F(AnalysisTest, FramesThatAreNotDueAreNotLookedAt) {
  config_.analysis.rate = {model::RateMode::EveryNth, 3, 10};
  config_.motion.enabled = false;
  Analysis analysis("cam", detectors_);
  ASSERT_TRUE(analysis.adopt(config_).ok());
  int seen = 0;
  for (int i = 0; i < 9; ++i) seen += analysis.see(frame(i), {}).has_value() ? 1 : 0;
  EXPECT_EQ(seen, 3);
  EXPECT_EQ(analysis.figures().offered, 9U);
  EXPECT_EQ(analysis.figures().analysed, 3U);
}

TEST_F(AnalysisTest, TheAdaptiveRateFollowsWhatIsPassedOverAndSaysSo) {
  config_.analysis.rate = {model::RateMode::Adaptive, 1, 10};
  config_.analysis.motion_gate = false;
  Analysis analysis("cam", detectors_);
  ASSERT_TRUE(analysis.adopt(config_).ok());
  for (int i = 0; i < 100; ++i) {
    analysis.passed_over(static_cast<std::uint64_t>(i));
    analysis.see(frame(i), {});
  }
  const auto figures = analysis.figures();
  EXPECT_LT(figures.fps, 5);
  EXPECT_NE(figures.degraded.find("too slow"), std::string::npos);
  EXPECT_EQ(figures.offered, 199U);
}

TEST_F(AnalysisTest, OfACameraWithoutAnalysisNothingButMotionIsTold) {
  config_.analysis.enabled = false;
  Analysis analysis("cam", detectors_);
  ASSERT_TRUE(analysis.adopt(config_).ok());
  EXPECT_EQ(detectors_.made, 0);
  const auto seen = analysis.see(frame(), {});
  ASSERT_TRUE(seen);
  EXPECT_FALSE(seen->detected);
  EXPECT_EQ(seen->model, "");
}

TEST_F(AnalysisTest, NothingIsDueBeforeItIsConfigured) {
  Analysis analysis("cam", detectors_);
  EXPECT_FALSE(analysis.due(time_));
  EXPECT_FALSE(analysis.see(frame(), {}));
}

TEST_F(AnalysisTest, TheDetectorIsAskedForWhatTheSettingsWant) {
  vision::DetectOptions asked;
  detectors_.find = [&asked](const media::Frame&, const vision::DetectOptions& options) {
    asked = options;
    return vision::Detections{};
  };
  config_.analysis.tiling = true;
  Analysis analysis("cam", detectors_);
  ASSERT_TRUE(analysis.adopt(config_).ok());
  see(analysis, frame());
  EXPECT_TRUE(asked.tiles);
  EXPECT_FLOAT_EQ(asked.min_score, 0.15F);
}

TEST(StageLatency, TellsTheQuantilesOfEachStage) {
  StageLatency latency;
  for (int i = 1; i <= 100; ++i) {
    model::Observation seen;
    seen.detected = i % 2 == 0;
    seen.times.infer = milliseconds(20);
    seen.times.total = milliseconds(i);
    latency.add(seen);
  }
  EXPECT_EQ(latency.infer.count(), 50U) << "frames that the detector did not look at do not count";
  EXPECT_NEAR(std::chrono::duration<double>(latency.total.quantile(0.95)).count(), 0.095, 0.003);
  int stages = 0;
  latency.each([&](const char*, const DurationHistogram&) { ++stages; });
  EXPECT_EQ(stages, 9);
}

}  // namespace
}  // namespace vigil::pipeline
