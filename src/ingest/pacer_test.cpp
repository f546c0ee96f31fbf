#include "ingest/pacer.h"

#include <gtest/gtest.h>

namespace vigil::ingest {
namespace {

using std::chrono::milliseconds;

class PacerTest : public testing::Test {
 protected:
  // How long the pacer waits for a packet of that time.
  milliseconds wait(int at_ms) {
    auto before = clock_.steady();
    EXPECT_TRUE(pacer_.wait(std::chrono::duration_cast<Ticks>(milliseconds(at_ms)), {}));
    return std::chrono::duration_cast<milliseconds>(clock_.steady() - before);
  }
  ManualClock clock_;
  Pacer pacer_{clock_};
};

TEST_F(PacerTest, LetsPacketsOutAtTheSpeedOfTheirTime) {
  EXPECT_EQ(wait(7000), milliseconds(0));
  EXPECT_EQ(wait(7040), milliseconds(40));
  clock_.advance(milliseconds(30));
  EXPECT_EQ(wait(7080), milliseconds(10)) << "the reader's own time counts";
  EXPECT_EQ(wait(7080), milliseconds(0)) << "another track";
}

TEST_F(PacerTest, CatchesUpAfterAShortDelayAndBeginsAnewAfterALongOne) {
  wait(0);
  clock_.advance(milliseconds(500));
  EXPECT_EQ(wait(40), milliseconds(0));
  EXPECT_EQ(wait(540), milliseconds(40));
  clock_.advance(milliseconds(5000));
  EXPECT_EQ(wait(580), milliseconds(0));
  EXPECT_EQ(wait(620), milliseconds(40));
}

TEST_F(PacerTest, DoesNotWaitThroughAGap) {
  wait(0);
  EXPECT_EQ(wait(3600000), milliseconds(0));
  EXPECT_EQ(wait(3600040), milliseconds(40));
  EXPECT_EQ(wait(0), milliseconds(0));
}

TEST_F(PacerTest, RunsALittleFasterWhenAsked) {
  Pacer fast(clock_, 1.25);
  fast.wait(Ticks(0), {});
  auto before = clock_.steady();
  fast.wait(Ticks(90000), {});
  EXPECT_EQ(clock_.steady() - before, milliseconds(800));
}

TEST_F(PacerTest, SaysWhenItWasStopped) {
  std::stop_source stop;
  EXPECT_TRUE(pacer_.wait(Ticks(0), stop.get_token()));
  stop.request_stop();
  EXPECT_FALSE(pacer_.wait(Ticks(90), stop.get_token()));
}

}  // namespace
}  // namespace vigil::ingest
