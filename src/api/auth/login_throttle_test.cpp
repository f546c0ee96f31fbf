#include "api/auth/login_throttle.h"

#include <gtest/gtest.h>

#include "api/auth/ttl_cache.h"

namespace vigil::api {
namespace {

using namespace std::chrono_literals;

class Throttle : public testing::Test {
 protected:
  void fail(int times, const std::string& name = "anna", const std::string& address = "192.0.2.1") {
    for (int i = 0; i < times; ++i) {
      clock_.advance(throttle_.wait(name, address));
      ASSERT_EQ(throttle_.begin(name, address), 0s);
    }
  }
  ManualClock clock_;
  LoginThrottle throttle_{clock_};
};

TEST_F(Throttle, DelaysDoubleFromTheFifthFailureOn) {
  fail(4);
  EXPECT_EQ(throttle_.wait("anna", "192.0.2.1"), 0s);
  for (auto expected : {2s, 4s, 8s, 16s, 32s, 64s, 128s, 256s, 512s, 900s, 900s}) {
    fail(1);
    EXPECT_EQ(throttle_.wait("anna", "192.0.2.1"), expected);
    EXPECT_EQ(throttle_.begin("anna", "192.0.2.1"), expected) << "too early: refused, and not counted";
  }
  clock_.advance(899500ms);
  EXPECT_EQ(throttle_.wait("anna", "192.0.2.1"), 1s) << "rounded up";
}

TEST_F(Throttle, ManyFailuresNeverOverflow) {
  fail(200);
  EXPECT_EQ(throttle_.wait("anna", "192.0.2.1"), 900s);
}

TEST_F(Throttle, OtherNamesAndAddressesGoOn) {
  fail(6);
  EXPECT_EQ(throttle_.wait("bert", "192.0.2.1"), 0s);
  EXPECT_EQ(throttle_.wait("anna", "192.0.2.2"), 0s);
  EXPECT_GT(throttle_.wait("ANNA", "192.0.2.1"), 0s) << "the same name in other case";
}

TEST_F(Throttle, OneIpv6NetworkIsOneAddress) {
  fail(6, "anna", "2001:db8:1:2::1");
  EXPECT_GT(throttle_.wait("anna", "2001:db8:1:2:ffff::9"), 0s);
  EXPECT_EQ(throttle_.wait("anna", "2001:db8:1:3::1"), 0s);
  fail(6, "anna", "::ffff:192.0.2.1");
  EXPECT_GT(throttle_.wait("anna", "192.0.2.1"), 0s);
  EXPECT_EQ(throttle_.wait("anna", "::ffff:192.0.2.2"), 0s);
}

TEST_F(Throttle, SuccessForgetsAndSilenceForgets) {
  fail(6);
  throttle_.succeeded("anna", "192.0.2.1");
  EXPECT_EQ(throttle_.wait("anna", "192.0.2.1"), 0s);
  fail(5);
  clock_.advance(1h);
  fail(4);
  EXPECT_EQ(throttle_.wait("anna", "192.0.2.1"), 0s);
}

TEST_F(Throttle, TryWithoutAnAnswerDoesNotCount) {
  fail(4);
  for (int i = 0; i < 10; ++i) {
    ASSERT_EQ(throttle_.begin("anna", "192.0.2.1"), 0s);
    throttle_.cancelled("anna", "192.0.2.1");
  }
  EXPECT_EQ(throttle_.wait("anna", "192.0.2.1"), 0s);
}

TEST_F(Throttle, TableIsBoundedAndKeepsTheLoudest) {
  fail(6, "old");
  for (std::size_t i = 0; i < LoginThrottle::kMost - 1; ++i) fail(1, "name" + std::to_string(i));
  EXPECT_GT(throttle_.wait("old", "192.0.2.1"), 0s);
  clock_.advance(1ms);
  EXPECT_GT(throttle_.begin("old", "192.0.2.1"), 0s);
  fail(5, "new");
  EXPECT_GT(throttle_.wait("new", "192.0.2.1"), 0s);
}

TEST(TtlCache, ForgetsInTimeAndNeverGrowsBeyondItsBound) {
  ManualClock clock;
  TtlCache<int> cache(clock, 5s, 3);
  cache.put("a", 1);
  EXPECT_EQ(cache.get("a"), 1);
  clock.advance(5s);
  EXPECT_EQ(cache.get("a"), std::nullopt);
  EXPECT_EQ(cache.claim("a", 2), std::pair(2, true));
  EXPECT_EQ(cache.claim("a", 3), std::pair(2, false));
  for (int i = 0; i < 100; ++i) {
    cache.put(std::to_string(i), i);
    EXPECT_LE(cache.size(), 3U);
    EXPECT_EQ(cache.get(std::to_string(i)), i);
  }
  cache.erase("99");
  EXPECT_EQ(cache.get("99"), std::nullopt);
}

}  // namespace
}  // namespace vigil::api
