#include "media/timeline.h"

#include <gtest/gtest.h>

#include <vector>

namespace vigil::media {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

SteadyTime at(milliseconds time) {
  return SteadyTime{} + seconds(1000) + time;
}

TEST(Timeline, GoodStampsPassThrough) {
  Timeline timeline(true);
  auto first = timeline.next(Ticks(900), Ticks(900), 0, at(milliseconds(0)));
  EXPECT_TRUE(first.discontinuity);
  EXPECT_EQ(first.dts, Ticks(900));
  auto second = timeline.next(Ticks(4500), Ticks(8100), 1, at(milliseconds(40)));
  EXPECT_FALSE(second.discontinuity);
  EXPECT_EQ(second.dts, Ticks(4500));
  EXPECT_EQ(second.pts, Ticks(8100));
}

TEST(Timeline, DecodeTimesAreMadeForReorderedPictures) {
  Timeline timeline(true);
  // I P B B P B B with one picture of delay, 3600 ticks apart.
  std::vector<Ticks> pts;
  for (int place : {0, 3, 1, 2, 6, 4, 5}) pts.push_back(Ticks(90000 + place * 3600));
  Ticks last{-1};
  for (std::size_t i = 0; i < pts.size(); ++i) {
    auto out = timeline.next(std::nullopt, pts[i], 1, at(milliseconds(40 * static_cast<int>(i))));
    EXPECT_GT(out.dts, last);
    EXPECT_LE(out.dts, out.pts);
    EXPECT_EQ(out.pts, pts[i]);
    EXPECT_EQ(out.dts, Ticks(90000 + (static_cast<int>(i) - 1) * 3600));
    last = out.dts;
  }
}

TEST(Timeline, StampsMissingAtTheBeginningAreMadeFromTheArrival) {
  Timeline timeline(true);
  EXPECT_EQ(timeline.next({}, {}, 0, at(milliseconds(0))).dts, Ticks(0));
  EXPECT_EQ(timeline.next({}, {}, 0, at(milliseconds(40))).dts, Ticks(3600));
  auto stamped = timeline.next(Ticks(7000000), Ticks(7000000), 0, at(milliseconds(80)));
  EXPECT_EQ(stamped.dts, Ticks(7200));
  EXPECT_FALSE(stamped.discontinuity);
  EXPECT_EQ(timeline.next(Ticks(7003600), {}, 0, at(milliseconds(120))).pts, Ticks(10800));
}

TEST(Timeline, TheFirstPictureWithoutAStampIsTheBeginningOfThoseThatHaveOne) {
  for (int reorder : {0, 2}) {
    Timeline timeline(true);
    const std::vector<int> places = reorder == 0 ? std::vector{0, 1, 2, 3} : std::vector{0, 3, 1, 2};
    for (std::size_t i = 0; i < places.size(); ++i) {
      const Ticks pts(places[i] * 15000);
      const auto stamp = i == 0 ? std::nullopt : std::optional(pts);
      // The network's delays are not the camera's.
      const auto out =
          timeline.next({}, stamp, reorder, at(milliseconds(i == 0 ? 0 : 150 + 170 * static_cast<int>(i))));
      EXPECT_EQ(out.pts, pts) << "reorder " << reorder << ", picture " << i;
      EXPECT_EQ(out.discontinuity, i == 0);
    }
  }
}

TEST(Timeline, SmallStepsBackAreLevelled) {
  Timeline timeline(true);
  timeline.next(Ticks(9000), Ticks(9000), 0, at(milliseconds(0)));
  auto out = timeline.next(Ticks(8000), Ticks(8000), 0, at(milliseconds(40)));
  EXPECT_EQ(out.dts, Ticks(9001));
  EXPECT_EQ(out.pts, Ticks(9001));
  EXPECT_FALSE(out.discontinuity);
}

TEST(Timeline, AJumpOfTheSourcesClockIsMarkedAndDoesNotMoveOurs) {
  for (auto jump : {seconds(-3600), seconds(3600)}) {
    Timeline timeline(true);
    timeline.next(Ticks(seconds(5000)), Ticks(seconds(5000)), 0, at(milliseconds(0)));
    auto base = Ticks(seconds(5000)) + Ticks(jump);
    auto out = timeline.next(base, base, 0, at(milliseconds(40)));
    EXPECT_TRUE(out.discontinuity);
    EXPECT_EQ(out.dts, Ticks(seconds(5000)) + Ticks(3600));
    auto after = timeline.next(base + Ticks(3600), base + Ticks(3600), 0, at(milliseconds(80)));
    EXPECT_FALSE(after.discontinuity);
    EXPECT_EQ(after.dts, Ticks(seconds(5000)) + Ticks(7200));
  }
}

TEST(Timeline, APauseThatTheClockCountsIsNoJump) {
  Timeline timeline(true);
  timeline.next(Ticks(0), Ticks(0), 0, at(milliseconds(0)));
  auto out = timeline.next(Ticks(seconds(60)), Ticks(seconds(60)), 0, at(seconds(60)));
  EXPECT_FALSE(out.discontinuity);
  EXPECT_EQ(out.dts, Ticks(seconds(60)));
}

TEST(Timeline, AFileMayHaveLongStepsAlthoughItIsReadAtOnce) {
  Timeline timeline(false);
  timeline.next(Ticks(0), Ticks(0), 0, at(milliseconds(0)));
  auto out = timeline.next(Ticks(seconds(60)), Ticks(seconds(60)), 0, at(milliseconds(1)));
  EXPECT_FALSE(out.discontinuity);
  EXPECT_EQ(out.dts, Ticks(seconds(60)));
}

TEST(Timeline, AJumpAmongReorderedPicturesKeepsDecodeTimesRising) {
  Timeline timeline(true);
  Ticks last{-1};
  int step = 0;
  for (int base : {9000000, 90000}) {
    for (int place : {0, 3, 1, 2, 6, 4, 5}) {
      auto out = timeline.next({}, Ticks(base + place * 3600), 2, at(milliseconds(40 * step++)));
      EXPECT_GT(out.dts, last);
      EXPECT_GE(out.pts, out.dts);
      last = out.dts;
    }
  }
  EXPECT_LT(last, Ticks(9000000 + 90000));
}

TEST(Timeline, AForwardJumpAmongReorderedPicturesDoesNotReachThePresentationTimes) {
  Timeline timeline(true);
  int step = 0;
  for (int base : {0, 3600 * 90000}) {
    for (int place : {0, 3, 1, 2, 6, 4, 5}) {
      auto out = timeline.next({}, Ticks(base + place * 3600), 2, at(milliseconds(40 * step++)));
      EXPECT_LT(out.pts, Ticks(90000));
    }
  }
}

TEST(Timeline, ImpossibleTimesCountAsMissing) {
  Timeline timeline(true);
  timeline.next(Ticks(0), Ticks(0), 0, at(milliseconds(0)));
  auto out = timeline.next(Ticks(INT64_MAX), Ticks(INT64_MIN), 0, at(milliseconds(40)));
  EXPECT_EQ(out.dts, Ticks(3600));
  EXPECT_EQ(out.pts, Ticks(3600));
}

}  // namespace
}  // namespace vigil::media
