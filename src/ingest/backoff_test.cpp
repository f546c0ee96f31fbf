#include "ingest/backoff.h"

#include <gtest/gtest.h>

#include "ingest/connect_limiter.h"

namespace vigil::ingest {
namespace {

using model::FailureReason;
using std::chrono::seconds;

BackoffConfig exact() {
  return {.jitter = 0};
}

TEST(Backoff, WaitsLongerEachTimeUpToAMinute) {
  Backoff backoff(exact(), 1);
  for (int expected : {5, 10, 20, 40, 60, 60}) {
    EXPECT_EQ(backoff.next(FailureReason::Refused, Nanos{0}), seconds(expected));
  }
}

TEST(Backoff, AMinuteOfGoodVideoStartsAfresh) {
  Backoff backoff(exact(), 1);
  for (int i = 0; i < 4; ++i) (void)backoff.next(FailureReason::Refused, Nanos{0});
  EXPECT_EQ(backoff.next(FailureReason::Stalled, seconds(59)), seconds(60));
  EXPECT_EQ(backoff.next(FailureReason::Stalled, seconds(60)), seconds(5));
}

TEST(Backoff, RefusedSignInsSlowDownBeforeTheCameraLocksUsOut) {
  Backoff backoff(exact(), 1);
  EXPECT_EQ(backoff.next(FailureReason::Auth, Nanos{0}), seconds(5));
  EXPECT_EQ(backoff.next(FailureReason::Auth, Nanos{0}), seconds(10));
  EXPECT_EQ(backoff.next(FailureReason::Auth, Nanos{0}), seconds(300));
  EXPECT_EQ(backoff.next(FailureReason::Timeout, Nanos{0}), seconds(40));
}

TEST(Backoff, JitterSpreadsCamerasThatFailTogether) {
  std::chrono::milliseconds least = seconds(60), most{0};
  for (std::uint64_t seed = 0; seed < 200; ++seed) {
    auto delay = Backoff({}, seed).next(FailureReason::Refused, Nanos{0});
    least = std::min(least, delay);
    most = std::max(most, delay);
  }
  EXPECT_GE(least, std::chrono::milliseconds(4000));
  EXPECT_LE(most, std::chrono::milliseconds(6000));
  EXPECT_GT(most - least, std::chrono::milliseconds(1500));
}

TEST(ConnectLimiter, TwoHundredCamerasDoNotConnectInTheSameSecond) {
  ManualClock clock;
  ConnectLimiter limiter(20, 10, clock);
  auto began = clock.steady();
  int in_first_second = 0;
  for (int i = 0; i < 200; ++i) {
    ASSERT_TRUE(limiter.acquire({}));
    if (clock.steady() - began < seconds(1)) ++in_first_second;
  }
  EXPECT_LE(in_first_second, 30);
  EXPECT_NEAR(std::chrono::duration<double>(clock.steady() - began).count(), 9.5, 0.1);
}

TEST(ConnectLimiter, AFewCamerasNeedNotWait) {
  ManualClock clock;
  ConnectLimiter limiter(20, 10, clock);
  auto began = clock.steady();
  for (int i = 0; i < 10; ++i) ASSERT_TRUE(limiter.acquire({}));
  EXPECT_EQ(clock.steady(), began);
}

TEST(ConnectLimiter, StopEndsTheWait) {
  ManualClock clock;
  ConnectLimiter limiter(1, 1, clock);
  ASSERT_TRUE(limiter.acquire({}));
  std::stop_source stop;
  stop.request_stop();
  EXPECT_FALSE(limiter.acquire(stop.get_token()));
}

}  // namespace
}  // namespace vigil::ingest
