#include "ingest/watchdog.h"

#include <gtest/gtest.h>

namespace vigil::ingest {
namespace {

using model::FailureReason;
using std::chrono::milliseconds;
using std::chrono::seconds;

media::Packet packet(bool key, std::uint8_t fill, int track = 0, std::size_t size = 3000) {
  media::Packet p;
  p.track = track;
  p.key = key;
  p.data = media::SharedBytes(std::vector<std::uint8_t>(size, fill));
  return p;
}

class WatchdogTest : public testing::Test {
 protected:
  std::optional<FailureReason> feed(const media::Packet& p, milliseconds later) {
    now_ += later;
    auto failure = watchdog_.packet(p, now_);
    return failure ? std::optional(failure->reason) : std::nullopt;
  }
  SteadyTime now_{seconds(100)};
  Watchdog watchdog_{WatchdogConfig{}, now_};
};

TEST_F(WatchdogTest, OrdinaryVideoIsFine) {
  for (int i = 0; i < 1000; ++i) {
    EXPECT_EQ(feed(packet(i % 25 == 0, static_cast<std::uint8_t>(i)), milliseconds(40)), std::nullopt);
  }
}

TEST_F(WatchdogTest, NoKeyFrameIsNoVideo) {
  std::optional<FailureReason> reason;
  int fed = 0;
  while (!reason && ++fed < 1000) reason = feed(packet(false, static_cast<std::uint8_t>(fed)), milliseconds(40));
  EXPECT_EQ(reason, FailureReason::NoVideo);
  EXPECT_EQ(fed, 250);
}

TEST_F(WatchdogTest, SoundAloneIsNoVideoAndLaterAStall) {
  std::optional<FailureReason> reason;
  for (int i = 0; !reason && i < 1000; ++i) reason = feed(packet(true, 1, 1), milliseconds(40));
  EXPECT_EQ(reason, FailureReason::NoVideo);
  Watchdog other(WatchdogConfig{}, now_);
  (void)other.packet(packet(true, 1), now_);
  EXPECT_FALSE(other.packet(packet(true, 1, 1), now_ + seconds(9)));
  auto stalled = other.packet(packet(true, 1, 1), now_ + seconds(11));
  ASSERT_TRUE(stalled);
  EXPECT_EQ(stalled->reason, FailureReason::Stalled);
}

TEST_F(WatchdogTest, TheSamePictureForHalfAMinuteIsFrozen) {
  std::optional<FailureReason> reason;
  int fed = 0;
  while (!reason && ++fed < 100) reason = feed(packet(true, 7), seconds(1));
  EXPECT_EQ(reason, FailureReason::Frozen);
  EXPECT_EQ(fed, 31);
}

TEST_F(WatchdogTest, AStillSceneIsNotFrozen) {
  // Delta frames of a still scene may be equal to the byte; key frames carry sensor noise.
  for (int i = 0; i < 3000; ++i) {
    bool key = i % 25 == 0;
    auto fill = static_cast<std::uint8_t>(key ? i / 25 : 9);
    EXPECT_EQ(feed(packet(key, fill), milliseconds(40)), std::nullopt);
  }
}

TEST_F(WatchdogTest, FrozenCanBeSwitchedOff) {
  Watchdog never({.frozen_after = seconds(0)}, now_);
  for (int i = 0; i < 100; ++i) EXPECT_FALSE(never.packet(packet(true, 7), now_ + seconds(i)));
}

}  // namespace
}  // namespace vigil::ingest
