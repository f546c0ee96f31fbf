#include "app/subject_ids.h"

#include <gtest/gtest.h>

#include <atomic>
#include <set>
#include <thread>

#include "store/records.h"

namespace vigil::app {
namespace {

TEST(SubjectIds, AreGivenOnceEachOutOfBlocks) {
  std::atomic<std::uint64_t> blocks{0};
  ManualClock clock;
  SubjectIds ids([&]() -> Result<std::uint64_t> { return 1 + 10 * SubjectIds::kBlock * blocks++; }, clock);
  ids.start();
  std::set<std::uint64_t> given;
  while (blocks < 4) {
    EXPECT_TRUE(given.insert(ids.next()).second);
    std::this_thread::yield();
  }
  EXPECT_EQ(*given.begin(), 1U);
  EXPECT_TRUE(given.contains(SubjectIds::kBlock)) << "blocks are used up";
}

TEST(SubjectIds, AreDrawnByLotWhereNobodyCanBeAsked) {
  ManualClock clock;
  SubjectIds ids([]() -> Result<std::uint64_t> { return make_error(ErrorKind::Unavailable, "away"); }, clock);
  std::set<std::uint64_t> given;
  for (int i = 0; i < 1000; ++i) given.insert(ids.next());
  EXPECT_EQ(given.size(), 1000U);
  EXPECT_GE(*given.begin(), store::kDrawnSubjects);
  EXPECT_LT(*given.rbegin(), 2 * store::kDrawnSubjects) << "they fit into the whole numbers of JavaScript";
}

TEST(SubjectIds, GoOnWhenTheyCanBeHadAgain) {
  std::atomic<int> asked{0};
  ManualClock clock;
  SubjectIds ids(
      [&]() -> Result<std::uint64_t> {
        if (++asked < 4) return make_error(ErrorKind::Unavailable, "the database is away");
        return 77;
      },
      clock);
  ids.start();
  std::uint64_t id = 0;
  while (id == 0 || id >= store::kDrawnSubjects) {
    id = ids.next();
    std::this_thread::yield();
  }
  EXPECT_EQ(id, 77U);
  EXPECT_GE(asked, 4);
}

}  // namespace
}  // namespace vigil::app
