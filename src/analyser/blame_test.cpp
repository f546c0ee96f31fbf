#include "analyser/blame.h"

#include <gtest/gtest.h>

#include "analyser/offspring.h"

namespace vigil::analyser {
namespace {

using namespace std::chrono_literals;
using Sentence = Blame::Sentence;

constexpr SteadyTime kStart{1h};

TEST(Blame, ThePacketThatEndedTwoProcessesIsPoison) {
  Blame blame;
  EXPECT_FALSE(blame.died(7, false, kStart).poison);
  EXPECT_TRUE(blame.died(7, false, kStart + 1s).poison);
  EXPECT_FALSE(blame.died(8, false, kStart + 2s).poison);
}

TEST(Blame, AfterThreeDeathsACameraIsAloneAndAfterTheNextItIsSuspended) {
  Blame blame;
  EXPECT_EQ(blame.died(1, false, kStart).sentence, Sentence::None);
  EXPECT_EQ(blame.died(2, false, kStart + 1min).sentence, Sentence::None);
  EXPECT_EQ(blame.died(3, false, kStart + 2min).sentence, Sentence::Alone);
  EXPECT_EQ(blame.died(4, true, kStart + 3min).sentence, Sentence::Suspended);
}

TEST(Blame, DeathsAreForgottenAfterTenMinutes) {
  Blame blame;
  for (int i = 0; i < 10; ++i) EXPECT_EQ(blame.died(1, false, kStart + i * 6min).sentence, Sentence::None) << i;
}

TEST(Blame, AfterASuspensionItBeginsAnew) {
  Blame blame;
  for (int i = 0; i < 3; ++i) blame.died(i, false, kStart);
  ASSERT_EQ(blame.died(9, true, kStart).sentence, Sentence::Suspended);
  EXPECT_EQ(blame.died(10, true, kStart + 10min).sentence, Sentence::None);
}

TEST(RespawnDelay, ThreeDeathsInARowCostNoTimeAndManyDo) {
  for (int deaths = 0; deaths <= 3; ++deaths) EXPECT_EQ(respawn_delay(deaths), Nanos(0));
  for (int deaths = 4; deaths <= 20; ++deaths) {
    EXPECT_GT(respawn_delay(deaths), Nanos(0));
    EXPECT_GE(respawn_delay(deaths), respawn_delay(deaths - 1));
  }
  EXPECT_EQ(respawn_delay(1'000'000), std::chrono::seconds(5));
}

}  // namespace
}  // namespace vigil::analyser
