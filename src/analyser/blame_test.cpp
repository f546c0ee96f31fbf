#include "analyser/blame.h"

#include <gtest/gtest.h>

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

}  // namespace
}  // namespace vigil::analyser
