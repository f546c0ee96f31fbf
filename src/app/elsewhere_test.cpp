#include "app/elsewhere.h"

#include <gtest/gtest.h>

namespace vigil::app {
namespace {

using namespace std::chrono_literals;

const WallTime kBegin = from_unix_seconds(1'700'000'000);

model::RemoteSighting seen(const std::string& camera, std::uint64_t track, WallTime at) {
  return {camera, track, "person", at, at};
}

TEST(Elsewhere, TracksOfASubjectAreToldTheNewestFirst) {
  Elsewhere elsewhere;
  elsewhere.add(7, seen("north/gate", 1, kBegin));
  elsewhere.add(7, seen("north/yard", 1, kBegin + 60s));
  elsewhere.add(8, seen("north/yard", 2, kBegin));
  elsewhere.add(7, seen("north/gate", 1, kBegin + 10s));
  const auto found = elsewhere.of(7);
  ASSERT_EQ(found.size(), 2U);
  EXPECT_EQ(found[0].camera, "north/yard");
  EXPECT_EQ(found[1], (model::RemoteSighting{"north/gate", 1, "person", kBegin, kBegin + 10s})) << "one track, longer";
  EXPECT_EQ(elsewhere.of(7, 1).size(), 1U);
  EXPECT_TRUE(elsewhere.of(9).empty());
}

TEST(Elsewhere, ATrackThatShowsSomebodyElseAfterAllCountsOnce) {
  Elsewhere elsewhere;
  elsewhere.add(7, seen("north/gate", 1, kBegin));
  elsewhere.add(8, seen("north/gate", 1, kBegin + 1s));
  EXPECT_TRUE(elsewhere.of(7).empty());
  EXPECT_EQ(elsewhere.of(8).size(), 1U);
}

TEST(Elsewhere, TheOldestAreForgottenWhereThereAreTooMany) {
  Elsewhere elsewhere;
  const auto most = static_cast<std::uint64_t>(Elsewhere::kMost);
  for (std::uint64_t i = 0; i <= most; ++i) elsewhere.add(7, seen("north/gate", i, kBegin + std::chrono::seconds(i)));
  const auto left = elsewhere.of(7, 2 * Elsewhere::kMost);
  EXPECT_LE(left.size(), Elsewhere::kMost / 2 + 1);
  EXPECT_GE(left.size(), Elsewhere::kMost / 2 - 1);
  EXPECT_EQ(left.front().track, most) << "the newest is there";
  // Also where all are of one time.
  for (std::uint64_t i = 0; i <= 2 * most; ++i) elsewhere.add(9, seen("south/gate", i, kBegin + 48h));
  EXPECT_LE(elsewhere.of(9, 4 * Elsewhere::kMost).size(), Elsewhere::kMost);
}

}  // namespace
}  // namespace vigil::app
