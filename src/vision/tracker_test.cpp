#include "vision/tracker.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <set>

namespace vigil::vision {
namespace {

using model::TrackState;
using std::chrono::milliseconds;

constexpr Nanos kFrame = milliseconds(40);

Detection person(float x, float y, float score = 0.9F) {
  return {{x, y, 40, 100}, 0, score, {}};
}

const Track* find(const std::vector<Track>& tracks, std::uint64_t id) {
  auto it = std::find_if(tracks.begin(), tracks.end(), [&](const Track& each) { return each.id == id; });
  return it == tracks.end() ? nullptr : &*it;
}

class TrackerTest : public testing::Test {
 protected:
  const std::vector<Track>& see(std::vector<Detection> detections, Nanos after = kFrame) {
    now += after;
    return tracker.update(detections, now);
  }

  Tracker tracker{TrackerConfig{}};
  Nanos now{0};
};

TEST_F(TrackerTest, BelievesWhatWasSeenOftenEnough) {
  EXPECT_EQ(see({person(100, 100, 1)}).at(0).state, TrackState::Tentative);
  EXPECT_EQ(see({person(102, 100, 1)}).at(0).state, TrackState::Tentative);
  see({person(104, 100, 1)});
  const auto& tracks = see({person(106, 100, 1)});
  ASSERT_EQ(tracks.size(), 1u);
  EXPECT_EQ(tracks[0].state, TrackState::Confirmed);
  EXPECT_EQ(tracks[0].id, 1u);
  EXPECT_EQ(tracks[0].detection, 0);
  EXPECT_EQ(tracks[0].began, kFrame);
  EXPECT_EQ(tracks[0].last_seen, now);
}

TEST_F(TrackerTest, BelievesDoubtfulObjectsLater) {
  int sure = 0, doubtful = 0;
  for (int i = 0; i < 50; ++i) {
    for (const auto& each : see({person(100, 100, 0.95F), person(600, 100, 0.7F)})) {
      if (each.state != TrackState::Tentative) continue;
      ++(each.detection == 0 ? sure : doubtful);
    }
  }
  EXPECT_LT(sure, 10);
  EXPECT_GT(doubtful, sure + 5);
  EXPECT_LT(doubtful, 49);
}

TEST_F(TrackerTest, ForgetsWhatWasSeenOnceOnly) {
  see({person(100, 100)});
  EXPECT_TRUE(see({}).empty());
  EXPECT_EQ(see({person(100, 100)}).at(0).id, 2u);  // the first id is gone for ever
}

TEST_F(TrackerTest, WeakDetectionsContinueTracksAndBeginNone) {
  EXPECT_TRUE(see({person(100, 100, 0.3F)}).empty());
  for (int i = 0; i < 15; ++i) see({person(100, 100)});
  EXPECT_EQ(see({person(101, 100, 0.2F)}).at(0).state, TrackState::Confirmed);
  EXPECT_EQ(see({person(101, 100, 0.05F)}).at(0).state, TrackState::Coasting);
}

TEST_F(TrackerTest, CoastsAndIsLostForTheLastTimeOnce) {
  for (int i = 0; i < 15; ++i) see({person(100 + 4.0F * static_cast<float>(i), 100)});
  const auto first = see({}).at(0);
  EXPECT_EQ(first.state, TrackState::Coasting);
  EXPECT_EQ(first.detection, -1);
  int lost = 0;
  for (int i = 0; i < 50; ++i) {
    for (const auto& each : see({})) lost += each.state == TrackState::Lost ? 1 : 0;
  }
  EXPECT_EQ(lost, 1);
  EXPECT_TRUE(see({}).empty());
}

TEST_F(TrackerTest, KeepsIdsWhereTwoCross) {
  std::uint64_t left = 0, right = 0;
  for (int i = 0; i < 100; ++i) {
    const float a = 100 + 4.0F * static_cast<float>(i), b = 500 - 4.0F * static_cast<float>(i);
    std::vector<Detection> seen = {person(a, 100)};
    if (std::abs(a - b) > 24) seen.push_back(person(b, 104));  // the one behind is not seen
    const auto& tracks = see(seen);
    if (i == 10) {
      left = tracks[0].box.x < tracks[1].box.x ? tracks[0].id : tracks[1].id;
      right = left == tracks[0].id ? tracks[1].id : tracks[0].id;
    }
  }
  const auto& tracks = see({person(500, 100), person(100, 104)});
  ASSERT_NE(find(tracks, left), nullptr);
  ASSERT_NE(find(tracks, right), nullptr);
  EXPECT_EQ(find(tracks, left)->detection, 0);
  EXPECT_EQ(find(tracks, right)->detection, 1);
}

TEST_F(TrackerTest, KnowsAWalkerAgainBehindAPillar) {
  std::uint64_t id = 0;
  for (int i = 0; i < 90; ++i) {
    const bool hidden = i >= 40 && i < 70;  // 1.2 s
    const auto& tracks =
        see(hidden ? std::vector<Detection>{} : std::vector{person(100 + 3.0F * static_cast<float>(i), 100)});
    ASSERT_EQ(tracks.size(), 1u) << i;
    if (id == 0) id = tracks[0].id;
    EXPECT_EQ(tracks[0].id, id) << i;
  }
}

TEST_F(TrackerTest, RunsOnAnySpacingOfFrames) {
  std::uint64_t id = 0;
  for (int i = 0; i < 60; ++i) {
    const auto gap = milliseconds(i % 3 == 0 ? 20 : i % 3 == 1 ? 200 : 90);
    const auto seconds = std::chrono::duration<float>(now + gap).count();
    const auto& tracks = see({person(100 + 60 * seconds, 100)}, gap);
    ASSERT_EQ(tracks.size(), 1u);
    if (id == 0) id = tracks[0].id;
    EXPECT_EQ(tracks[0].id, id);
    if (i > 10) {
      EXPECT_NEAR(tracks[0].box.x, 100 + 60 * seconds, 3);
    }
  }
}

TEST_F(TrackerTest, ClassIsThatOfTheMajority) {
  for (int i = 0; i < 30; ++i) {
    auto detection = person(100, 100);
    detection.class_id = i % 3 == 2 ? 7 : 2;
    const auto& tracks = see({detection});
    ASSERT_EQ(tracks.size(), 1u);
    EXPECT_EQ(tracks[0].class_id, 2);
  }
}

TEST_F(TrackerTest, RecognisesWhatStandsStillAndWhatGoesAgain) {
  bool stationary = false;
  for (int i = 0; i < 100; ++i) stationary = see({person(100 + static_cast<float>(i % 2), 100)}).at(0).stationary;
  EXPECT_TRUE(stationary);
  EXPECT_TRUE(see({person(140, 100)}).at(0).stationary);  // one wrong box
  for (int i = 0; i < 25; ++i) stationary = see({person(100 + 4.0F * static_cast<float>(i), 100)}).at(0).stationary;
  EXPECT_FALSE(stationary);
}

TEST_F(TrackerTest, WhatWasSeenIsHeldWhileNothingMoves) {
  std::uint64_t id = 0;
  for (int i = 0; i < 10; ++i) id = see({person(100, 100)}).at(0).id;
  for (int i = 0; i < 500; ++i) {
    now += kFrame;
    const auto& tracks = tracker.coast(now, true);
    ASSERT_EQ(tracks.size(), 1u);
    EXPECT_EQ(tracks[0].id, id);
    EXPECT_EQ(tracks[0].state, TrackState::Confirmed);
    EXPECT_EQ(tracks[0].detection, -1);
    EXPECT_NEAR(tracks[0].box.x, 100, 1);
  }
  EXPECT_TRUE(tracker.coast(now += kFrame, true).at(0).stationary);
  EXPECT_EQ(see({person(101, 100)}).at(0).id, id);
}

TEST_F(TrackerTest, CoastsOverFramesThatNobodyLookedAt) {
  std::uint64_t id = 0;
  for (int i = 0; i < 60; ++i) {
    now += kFrame;
    std::vector<Detection> seen = {person(100 + 3.0F * static_cast<float>(i), 100)};
    const auto& tracks = i % 3 == 0 ? tracker.update(seen, now) : tracker.coast(now, false);
    if (i < 9) continue;
    ASSERT_EQ(tracks.size(), 1u);
    if (id == 0) id = tracks[0].id;
    EXPECT_EQ(tracks[0].id, id);
    EXPECT_EQ(tracks[0].state, i % 3 == 0 ? TrackState::Confirmed : TrackState::Coasting);
    EXPECT_NEAR(tracks[0].box.x, 100 + 3.0F * static_cast<float>(i), 6);
  }
}

TEST_F(TrackerTest, BeginsAnewAfterAJumpInTime) {
  for (int i = 0; i < 10; ++i) see({person(100, 100)});
  const auto& tracks = see({person(100, 100)}, -milliseconds(200));
  ASSERT_EQ(tracks.size(), 2u);
  EXPECT_EQ(find(tracks, 1)->state, TrackState::Lost);
  EXPECT_EQ(find(tracks, 2)->state, TrackState::Tentative);
  for (int i = 0; i < 10; ++i) see({person(100, 100)});
  EXPECT_EQ(find(see({person(100, 100)}, std::chrono::minutes(5)), 2)->state, TrackState::Lost);
  EXPECT_EQ(tracker.next_id(), 4u);
}

TEST_F(TrackerTest, OneObjectThatIsFoundTwiceIsOneTrack) {
  for (int i = 0; i < 20; ++i) {
    auto twin = person(101, 101, 0.8F);
    twin.class_id = 7;
    EXPECT_EQ(see({person(100, 100), twin}).size(), 1u);
  }
}

TEST_F(TrackerTest, GoesOnInTheNextProcess) {
  for (int i = 0; i < 20; ++i) see({person(100 + 4.0F * static_cast<float>(i), 100), person(600, 300)});
  auto seeds = tracker.seeds();
  ASSERT_EQ(seeds.size(), 2u);
  Tracker next(TrackerConfig{}, 1);
  next.seed(seeds);
  EXPECT_EQ(next.next_id(), 3u);
  now += milliseconds(600);
  std::vector<Detection> seen = {person(100 + 4.0F * 34, 100), person(600, 300), person(1000, 500)};
  const auto& tracks = next.update(seen, now);
  ASSERT_EQ(tracks.size(), 3u);
  EXPECT_EQ(find(tracks, 1)->detection, 0);
  EXPECT_EQ(find(tracks, 1)->state, TrackState::Confirmed);
  EXPECT_EQ(find(tracks, 1)->began, kFrame);
  EXPECT_EQ(find(tracks, 2)->detection, 1);
  EXPECT_EQ(find(tracks, 3)->state, TrackState::Tentative);
}

TEST_F(TrackerTest, LooksTellApartWhoMetBehindAPillar) {
  const std::vector<float> red = {1, 0}, blue = {0, 1};
  auto update = [&](const std::vector<Detection>& seen, const std::vector<std::vector<float>>& looks) {
    return tracker.update(seen, now += kFrame, looks);
  };
  for (int i = 0; i < 20; ++i) update({person(100, 100), person(140, 100)}, {red, blue});
  for (int i = 0; i < 10; ++i) update({}, {});
  // They changed places.
  auto tracks = update({person(100, 100), person(140, 100)}, {blue, red});
  EXPECT_EQ(find(tracks, 1)->detection, 1);
  EXPECT_EQ(find(tracks, 2)->detection, 0);
}

TEST_F(TrackerTest, BoxesThatAreNoneAreOverlooked) {
  const float nan = std::numeric_limits<float>::quiet_NaN(), inf = std::numeric_limits<float>::infinity();
  for (int i = 0; i < 10; ++i) {
    auto shape = [&](float x, float y, float width, float height, float score) {
      return Detection{{x, y, width, height}, 0, score, {}};
    };
    const auto& tracks = see({shape(nan, 0, 10, 10, 0.9F), shape(0, inf, 10, 10, 0.9F), shape(0, 0, nan, 10, 0.9F),
                              shape(0, 0, 10, 0, 0.9F), shape(0, 0, -5, 10, 0.9F), shape(0, 0, 10, 10, nan),
                              shape(0, 0, 10, 10, 7), shape(1e30F, 0, 10, 10, 0.9F), person(100, 100)});
    ASSERT_EQ(tracks.size(), 1u);
    EXPECT_EQ(tracks[0].detection, 8);
    EXPECT_TRUE(std::isfinite(tracks[0].box.x));
  }
}

TEST_F(TrackerTest, KeepsFiveHundredApart) {
  auto crowd = [](int frame) {
    std::vector<Detection> seen;
    for (int i = 0; i < 500; ++i) {
      seen.push_back(
          person(static_cast<float>(i % 25) * 60 + 2.0F * static_cast<float>(frame), static_cast<float>(i / 25) * 120));
    }
    return seen;
  };
  for (int i = 0; i < 20; ++i) see(crowd(i));
  const auto& tracks = see(crowd(20));
  ASSERT_EQ(tracks.size(), 500u);
  std::set<int> detections;
  for (const auto& each : tracks) {
    EXPECT_EQ(each.id, static_cast<std::uint64_t>(each.detection) + 1);
    detections.insert(each.detection);
  }
  EXPECT_EQ(detections.size(), 500u);
}

TEST_F(TrackerTest, ThousandsOfDetectionsAreBounded) {
  std::vector<Detection> flood;
  for (int i = 0; i < 5000; ++i) flood.push_back(person(static_cast<float>(i) * 100, 0));
  for (int i = 0; i < 3; ++i) EXPECT_LE(see(flood).size(), 2000u);
}

}  // namespace
}  // namespace vigil::vision
