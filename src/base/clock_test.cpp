#include "base/clock.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <thread>

namespace vigil {
namespace {

using namespace std::chrono_literals;

TEST(Clock, ManualTimeMovesOnlyWhenToldTo) {
  ManualClock clock;
  auto wall = clock.wall();
  auto steady = clock.steady();
  EXPECT_EQ(clock.wall(), wall);
  clock.advance(1500us);
  EXPECT_EQ(clock.wall() - wall, 1500us);
  EXPECT_EQ(clock.steady() - steady, 1500us);
  EXPECT_TRUE(clock.sleep(2s, {}));
  EXPECT_EQ(clock.steady() - steady, 2001500us);
  std::stop_source stopped;
  stopped.request_stop();
  EXPECT_FALSE(clock.sleep(1h, stopped.get_token()));
  EXPECT_EQ(clock.steady() - steady, 2001500us);
}

TEST(Clock, SleepEndsAtOnceWhenStopped) {
  std::stop_source stop;
  std::jthread sleeper([&] { EXPECT_FALSE(system_clock().sleep(24h, stop.get_token())); });
  std::jthread longest([&] { EXPECT_FALSE(system_clock().sleep(Nanos::max(), stop.get_token())); });
  stop.request_stop();
  sleeper.join();
  longest.join();
  EXPECT_TRUE(system_clock().sleep(1ns, {}));
}

TEST(Clock, UnixSecondsComeBackToTheMicrosecond) {
  for (double seconds : {0.0, 1.25, 1763717924.123456, -1.5}) {
    EXPECT_NEAR(to_unix_seconds(from_unix_seconds(seconds)), seconds, 1e-6);
  }
}

TEST(Clock, SecondsThatNoClockShowsAreCutToTheYearsZeroTo9999) {
  EXPECT_EQ(to_rfc3339(from_unix_seconds(1e300)), "9999-12-31T23:59:59.999Z");
  EXPECT_EQ(to_rfc3339(from_unix_seconds(std::numeric_limits<double>::infinity())), "9999-12-31T23:59:59.999Z");
  EXPECT_EQ(to_rfc3339(from_unix_seconds(-1e300)), "0000-01-01T00:00:00.000Z");
  EXPECT_EQ(from_unix_seconds(std::nan("")), WallTime());
}

TEST(Clock, Rfc3339IsUtcWithMilliseconds) {
  EXPECT_EQ(to_rfc3339(WallTime(0s)), "1970-01-01T00:00:00.000Z");
  EXPECT_EQ(to_rfc3339(from_unix_seconds(1763725124.123)), "2025-11-21T11:38:44.123Z");
  EXPECT_EQ(to_rfc3339(WallTime(1999us)), "1970-01-01T00:00:00.001Z");
  EXPECT_EQ(to_rfc3339(WallTime(-1us)), "1969-12-31T23:59:59.999Z");
  EXPECT_EQ(to_rfc3339(WallTime(-1s)), "1969-12-31T23:59:59.000Z");
  EXPECT_EQ(to_rfc3339(WallTime::max()), "9999-12-31T23:59:59.999Z");
  EXPECT_EQ(to_rfc3339(WallTime::min()), "0000-01-01T00:00:00.000Z");
}

}  // namespace
}  // namespace vigil
