#include "ingest/native/capture_clock.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace vigil::ingest::native {
namespace {

using std::chrono::hours;
using std::chrono::microseconds;
using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr std::uint64_t kFrom1900To1970 = 2208988800u;
const WallTime kToday = WallTime(seconds(1'790'000'000));

std::uint64_t ntp_of(WallTime time) {
  const auto micros = static_cast<std::uint64_t>(time.time_since_epoch().count());
  return (micros / 1000000 + kFrom1900To1970) << 32 | ((micros % 1000000) << 32) / 1000000;
}

// A camera with a clock of its own that takes 25 pictures a second, each on its way for `delay`.
class Scene {
 public:
  explicit Scene(microseconds off = {}, std::uint32_t rtp = 5000) : off_(off), rtp_(rtp) {}

  void report() { clock.report({1, ntp_of(taken() + off_), rtp_, 0, 0}); }
  // The next picture: how far from the truth its time is, or nothing.
  std::optional<microseconds> picture(milliseconds delay) {
    passed_ += milliseconds(40);
    rtp_ += 3600 + crystal_;
    off_ += microseconds(crystal_ * 100 / 9);
    const auto arrived = taken() + delay;
    const auto time = clock.time_of(rtp_, arrived, SteadyTime(passed_ + delay));
    if (!time) return std::nullopt;
    EXPECT_LE(*time, arrived);
    EXPECT_GE(*time, last_);
    last_ = *time;
    return *time - taken();
  }
  microseconds play(int pictures, milliseconds delay, int report_every = 125) {
    std::optional<microseconds> error;
    for (int i = 0; i < pictures; ++i) {
      if (i % report_every == report_every - 1) report();
      error = picture(delay);
    }
    return error.value_or(hours(24));
  }
  // The camera's clock is set, or is wrong from now on by another amount.
  void set_clock(microseconds off) { off_ = off; }
  void drift(microseconds by) { off_ += by; }
  // All of its clocks run fast or slow: so many ticks too many in a picture.
  void set_crystal(std::int32_t ticks) { crystal_ = ticks; }
  WallTime taken() const { return kToday + passed_; }

  CaptureClock clock{90000};

 private:
  microseconds off_;
  std::uint32_t rtp_;
  std::int32_t crystal_ = 0;
  milliseconds passed_{0};
  WallTime last_ = WallTime::min();
};

TEST(CaptureClock, KnowsNothingBeforeTheFirstReport) {
  Scene scene;
  EXPECT_EQ(scene.picture(milliseconds(30)), std::nullopt);
  scene.clock.report({1, 0, 5000, 0, 0});  // a camera without a clock says zero
  EXPECT_EQ(scene.picture(milliseconds(30)), std::nullopt);
  EXPECT_EQ(scene.clock.reports(), 0);
  scene.report();
  EXPECT_TRUE(scene.picture(milliseconds(30)));
}

TEST(CaptureClock, ACameraWhoseClockAgreesIsBelieved) {
  Scene scene;
  scene.report();
  // The way takes 300 ms, which nobody could know without the report.
  for (int i = 0; i < 500; ++i) {
    const auto error = scene.picture(milliseconds(i % 3 == 0 ? 300 : 420));
    ASSERT_TRUE(error);
    EXPECT_LE(std::chrono::abs(*error), milliseconds(1));
  }
}

TEST(CaptureClock, AClockThatIsYearsOffGivesTheDistancesOnly) {
  for (const auto off : {microseconds(-hours(24 * 365 * 20)), microseconds(hours(24 * 365 * 9)),
                         microseconds(-seconds(90)), microseconds(milliseconds(900))}) {
    Scene scene(off);
    scene.report();
    (void)scene.play(50, milliseconds(20));
    // Late ones were taken no later than the others.
    for (int i = 0; i < 100; ++i) {
      const auto error = scene.picture(milliseconds(i % 4 == 0 ? 250 : 20));
      ASSERT_TRUE(error);
      EXPECT_LE(std::chrono::abs(*error - milliseconds(20)), milliseconds(2)) << off.count();
    }
  }
}

TEST(CaptureClock, AClockThatIsSetWhileItRunsMakesNoJump) {
  Scene scene(-hours(3));
  scene.report();
  EXPECT_LE(std::chrono::abs(scene.play(300, milliseconds(20))), milliseconds(25));
  for (const auto off : {microseconds(hours(1)), microseconds(-hours(24 * 365 * 50)), microseconds(seconds(7))}) {
    scene.set_clock(off);
    scene.report();
    for (int i = 0; i < 100; ++i) {
      const auto error = scene.picture(milliseconds(20));
      ASSERT_TRUE(error);
      EXPECT_LE(std::chrono::abs(*error), milliseconds(25)) << off.count();
    }
  }
}

TEST(CaptureClock, ACorrectionIsMadeLittleByLittle) {
  Scene scene(-hours(5));
  scene.report();
  (void)scene.play(250, milliseconds(500));
  // The way became shorter, for good: what counted as late before was taken later than was thought.
  auto last = scene.play(1, milliseconds(500));
  for (int i = 0; i < 4000; ++i) {
    const auto error = scene.picture(milliseconds(std::max(20, 500 - 20 * i)));
    ASSERT_TRUE(error);
    last = *error;
  }
  EXPECT_LE(std::chrono::abs(last - milliseconds(20)), milliseconds(1));
  // And longer again: it comes slowly.
  for (int i = 0; i < 10000; ++i) {
    const auto error = scene.picture(milliseconds(500));
    ASSERT_TRUE(error);
    ASSERT_LE(*error - last, milliseconds(1)) << i;
    last = *error;
  }
  EXPECT_LE(std::chrono::abs(last - milliseconds(500)), milliseconds(1));
}

TEST(CaptureClock, AClockThatWentWrongIsBelievedNoMore) {
  Scene scene;
  scene.report();
  EXPECT_LE(std::chrono::abs(scene.play(250, milliseconds(100))), milliseconds(1));
  scene.set_clock(-seconds(30));
  scene.report();
  EXPECT_LE(std::chrono::abs(scene.play(500, milliseconds(100)) - milliseconds(100)), milliseconds(1));
}

TEST(CaptureClock, ADriftingClockIsFollowed) {
  // 500 in a million, for an hour; with a clock that was never right, and with one that is set right all the time.
  for (const bool right : {false, true}) {
    for (const std::int32_t crystal : {-2, 0, 2}) {
      Scene scene(right ? hours(0) : -hours(5));
      scene.set_crystal(crystal);
      scene.report();
      const auto truth = right ? milliseconds(0) : milliseconds(20);
      std::optional<microseconds> last;
      for (int i = 0; i < 90000; ++i) {
        if (i % 125 == 0) {
          if (right) scene.set_clock(microseconds(0));
          if (!right) scene.drift(microseconds(2500));
          scene.report();
        }
        const auto error = scene.picture(milliseconds(20));
        ASSERT_TRUE(error);
        ASSERT_LE(std::chrono::abs(*error - truth), milliseconds(15)) << i << " " << crystal;
        if (last) {
          ASSERT_LE(std::chrono::abs(*error - *last), milliseconds(4)) << i << " " << crystal;
        }
        last = error;
      }
    }
  }
}

TEST(CaptureClock, TheRtpTimeMayWrap) {
  Scene scene({}, 0xffffffff - 90000);
  scene.report();
  EXPECT_LE(std::chrono::abs(scene.play(1000, milliseconds(50))), milliseconds(1));
}

TEST(CaptureClock, OneReportIsEnoughForDays) {
  CaptureClock clock(90000);
  clock.report({1, ntp_of(kToday), 0, 0, 0});
  std::uint64_t ticks = 0;
  for (int hour = 0; hour < 48; ++hour) {
    for (int minute = 0; minute < 60; ++minute) {
      ticks += 60 * 90000;
      const auto taken = kToday + microseconds(ticks * 100 / 9);
      const auto time = clock.time_of(static_cast<std::uint32_t>(ticks), taken + milliseconds(30),
                                      SteadyTime(microseconds(ticks * 100 / 9)));
      ASSERT_TRUE(time) << hour;
      ASSERT_LE(std::chrono::abs(*time - taken), milliseconds(1)) << hour;
    }
  }
}

TEST(CaptureClock, ABurstOfOldPicturesAtTheBeginningSpoilsNothing) {
  // Media servers begin with the group of pictures that they have kept: all of it arrives at once.
  Scene scene;
  scene.report();
  for (int i = 0; i < 100; ++i) (void)scene.picture(milliseconds(40 * (100 - i) + 30));
  EXPECT_LE(std::chrono::abs(scene.play(300, milliseconds(30))), milliseconds(1));
}

TEST(CaptureClock, OurOwnClockMayBeSet) {
  CaptureClock clock(90000);
  clock.report({1, ntp_of(kToday), 0, 0, 0});
  std::uint32_t rtp = 0;
  auto ours = kToday;
  milliseconds steady{0};
  for (int i = 0; i < 1500; ++i) {
    rtp += 3600;
    ours += milliseconds(40);
    steady += milliseconds(40);
    if (i == 500) ours += hours(1);
    if (i == 1000) ours -= hours(2);
    const auto time = clock.time_of(rtp, ours, SteadyTime(steady));
    if (time) {
      EXPECT_LE(*time, ours);
      EXPECT_LE(ours - *time, seconds(15));
    }
    // Ten seconds after it was set at the latest everything is as before.
    if (i == 499 || i == 999 || i == 1499) {
      ASSERT_TRUE(time) << i;
      EXPECT_LE(ours - *time, milliseconds(5)) << i;
    }
  }
}

}  // namespace
}  // namespace vigil::ingest::native
