#include "motion/debounce.h"

#include <gtest/gtest.h>

namespace vigil::motion {
namespace {

using Phase = model::MotionDetected::Phase;

class DebounceTest : public testing::Test {
 protected:
  Debounce make(double start_after, double end_after) {
    model::MotionSettings settings;
    settings.start_after_s = start_after;
    settings.end_after_s = end_after;
    return Debounce(settings, [this] { return "event-" + std::to_string(++ids_); });
  }
  static WallTime at(double seconds) { return from_unix_seconds(1'000'000 + seconds); }
  static Analysis movement(double score = 0.1) {
    Analysis analysis;
    analysis.score = score;
    analysis.area = static_cast<int>(score * 1000);
    analysis.boxes = {{1, 2, 3, 4}};
    return analysis;
  }
  int ids_ = 0;
};

TEST_F(DebounceTest, MovementStartsAnEventAtOnceByDefault) {
  auto debounce = make(0, 5);
  const auto told = debounce.step(movement(), at(0));
  ASSERT_TRUE(told);
  EXPECT_EQ(told->phase, Phase::Start);
  EXPECT_EQ(told->event_id, "event-1");
  EXPECT_EQ(told->boxes.size(), 1U);
  EXPECT_EQ(told->began, at(0));
}

TEST_F(DebounceTest, UpdatesComeOnceASecond) {
  auto debounce = make(0, 5);
  ASSERT_TRUE(debounce.step(movement(), at(0)));
  int updates = 0;
  for (int i = 1; i <= 50; ++i) {
    const auto told = debounce.step(movement(), at(i * 0.2));
    if (!told) continue;
    EXPECT_EQ(told->phase, Phase::Update);
    EXPECT_EQ(told->event_id, "event-1");
    EXPECT_EQ(told->began, at(0));
    ++updates;
  }
  EXPECT_EQ(updates, 10);
}

TEST_F(DebounceTest, ShortMovementIsNoEventWhereItMustLast) {
  auto debounce = make(2, 5);
  EXPECT_FALSE(debounce.step(movement(), at(0)));
  EXPECT_FALSE(debounce.step(movement(), at(0.5)));
  for (double t = 0.7; t < 3; t += 0.2) EXPECT_FALSE(debounce.step({}, at(t)));
  EXPECT_FALSE(debounce.step(movement(), at(3)));
  EXPECT_EQ(ids_, 0);
}

TEST_F(DebounceTest, LongMovementStartsWhenItHasLastedAndSaysWhenItBegan) {
  auto debounce = make(2, 5);
  EXPECT_FALSE(debounce.step(movement(), at(0)));
  EXPECT_FALSE(debounce.step(movement(), at(1.9)));
  const auto told = debounce.step(movement(), at(2.0));
  ASSERT_TRUE(told);
  EXPECT_EQ(told->phase, Phase::Start);
  EXPECT_EQ(told->began, at(0));
}

TEST_F(DebounceTest, AFlickerDoesNotBeginTheCountAnew) {
  auto debounce = make(2, 5);
  EXPECT_FALSE(debounce.step(movement(), at(0)));
  EXPECT_FALSE(debounce.step({}, at(0.5)));
  EXPECT_FALSE(debounce.step(movement(), at(1.0)));
  EXPECT_TRUE(debounce.step(movement(), at(2.0)));
}

TEST_F(DebounceTest, QuietEndsTheEventWithItsLargestFigures) {
  auto debounce = make(0, 5);
  ASSERT_TRUE(debounce.step(movement(0.1), at(0)));
  EXPECT_FALSE(debounce.step(movement(0.4), at(0.5)));
  EXPECT_FALSE(debounce.step({}, at(1)));
  EXPECT_FALSE(debounce.step({}, at(5.4)));
  const auto told = debounce.step({}, at(5.5));
  ASSERT_TRUE(told);
  EXPECT_EQ(told->phase, Phase::End);
  EXPECT_EQ(told->event_id, "event-1");
  EXPECT_DOUBLE_EQ(told->score, 0.4);
  EXPECT_EQ(told->area, 400);
  EXPECT_TRUE(told->boxes.empty());
  EXPECT_EQ(told->began, at(0));
  EXPECT_FALSE(debounce.open());
  EXPECT_FALSE(debounce.step({}, at(20)));
}

TEST_F(DebounceTest, APauseShorterThanTheEndStaysOneEvent) {
  auto debounce = make(0, 5);
  ASSERT_TRUE(debounce.step(movement(), at(0)));
  EXPECT_FALSE(debounce.step({}, at(4)));
  const auto told = debounce.step(movement(), at(4.5));
  ASSERT_TRUE(told);
  EXPECT_EQ(told->phase, Phase::Update);
  EXPECT_EQ(ids_, 1);
}

TEST_F(DebounceTest, TheNextEventHasItsOwnName) {
  auto debounce = make(0, 1);
  ASSERT_TRUE(debounce.step(movement(), at(0)));
  ASSERT_TRUE(debounce.step({}, at(2)));
  const auto told = debounce.step(movement(), at(3));
  ASSERT_TRUE(told);
  EXPECT_EQ(told->event_id, "event-2");
  EXPECT_EQ(told->began, at(3));
}

TEST_F(DebounceTest, FinishEndsAnOpenEventAndOnlyThat) {
  auto debounce = make(0, 5);
  EXPECT_FALSE(debounce.finish());
  ASSERT_TRUE(debounce.step(movement(), at(0)));
  const auto told = debounce.finish();
  ASSERT_TRUE(told);
  EXPECT_EQ(told->phase, Phase::End);
  EXPECT_FALSE(debounce.finish());
}

TEST_F(DebounceTest, PassingTimeEndsAnEventWithoutPictures) {
  auto debounce = make(0, 5);
  ASSERT_TRUE(debounce.step(movement(), at(0)));
  EXPECT_FALSE(debounce.quiet(at(3)));
  const auto told = debounce.quiet(at(6));
  ASSERT_TRUE(told);
  EXPECT_EQ(told->phase, Phase::End);
}

TEST_F(DebounceTest, AClockSetBackDoesNotKeepTheEventOpenForAnHour) {
  auto debounce = make(0, 5);
  ASSERT_TRUE(debounce.step(movement(), at(3600)));
  EXPECT_FALSE(debounce.step({}, at(1)));
  const auto told = debounce.step({}, at(6.1));
  ASSERT_TRUE(told);
  EXPECT_EQ(told->phase, Phase::End);
}

}  // namespace
}  // namespace vigil::motion
