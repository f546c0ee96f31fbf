#include "app/track_numbers.h"

#include <gtest/gtest.h>

#include <thread>

#include "store/memory.h"
#include "store/records.h"

namespace vigil::app {
namespace {

constexpr auto kBlock = TrackNumbers::kBlock;

// The store's numbers, or a store that is away.
class Repository final : public store::TrackNumberRepository {
 public:
  Result<std::uint64_t> reserve(const std::string& id, std::uint64_t least, std::uint64_t count) override {
    if (away) return make_error(ErrorKind::Unavailable, "the database is away");
    auto first = numbers.reserve(id, least, count);
    if (first) ++blocks;
    return first;
  }
  Result<void> release(const std::string& id, std::uint64_t end, std::uint64_t next) override {
    return numbers.release(id, end, next);
  }

  const std::unique_ptr<store::Store> store = store::make_memory_store();
  store::TrackNumberRepository& numbers = store->records().track_numbers();
  std::atomic<bool> away{false};
  std::atomic<int> blocks{0};
};

class TrackNumbersTest : public testing::Test {
 protected:
  // As if the server were started now.
  std::unique_ptr<TrackNumbers> start() {
    auto out = std::make_unique<TrackNumbers>(repository_, clock_);
    out->start();
    return out;
  }
  void wait_for_blocks(int blocks) const {
    while (repository_.blocks < blocks) std::this_thread::yield();
  }

  ManualClock clock_;
  Repository repository_;
};

TEST_F(TrackNumbersTest, GoOnWhereTheCamerasAnalystBeforeStopped) {
  auto numbers = start();
  EXPECT_EQ(numbers->first("gate"), 1U);
  numbers->given("gate", 12);
  numbers->given("gate", 5);
  EXPECT_EQ(numbers->first("gate"), 12U);
  EXPECT_EQ(numbers->first("yard"), 1U) << "each camera counts by itself";
}

TEST_F(TrackNumbersTest, GoOnWithoutAGapAfterAStop) {
  auto numbers = start();
  EXPECT_EQ(numbers->first("gate"), 1U);
  numbers->given("gate", 12);
  numbers->stop();
  EXPECT_EQ(start()->first("gate"), 12U);
}

TEST_F(TrackNumbersTest, AreNotGivenAgainWhenTheServerWasKilled) {
  auto numbers = start();
  EXPECT_EQ(numbers->first("gate"), 1U);
  numbers->given("gate", 12);
  EXPECT_GE(start()->first("gate"), 12U) << "the one before was never stopped";
}

TEST_F(TrackNumbersTest, AreSetAsideBeforeTheyAreNeeded) {
  auto numbers = start();
  numbers->first("gate");
  const std::uint64_t given = kBlock - kBlock / 4;
  numbers->given("gate", given);
  wait_for_blocks(2);
  EXPECT_EQ(start()->first("gate"), 2 * kBlock + 1);
}

TEST_F(TrackNumbersTest, AreCountedOnWhileTheStoreIsAway) {
  auto numbers = start();
  numbers->first("gate");
  repository_.away = true;
  numbers->given("gate", 10 * kBlock);
  EXPECT_EQ(numbers->first("gate"), 10 * kBlock);
  EXPECT_GE(numbers->first("yard"), store::kDrawnTracks) << "nobody knows which are free";
  EXPECT_LT(numbers->first("yard"), 2 * store::kDrawnTracks) << "they fit into the whole numbers of JavaScript";
  repository_.away = false;
  wait_for_blocks(2);
  numbers->stop();
  EXPECT_EQ(start()->first("gate"), 10 * kBlock);
}

TEST_F(TrackNumbersTest, OfTwoServersOverOneStoreDiffer) {
  auto one = start(), two = start();
  EXPECT_EQ(one->first("gate"), 1U);
  EXPECT_EQ(two->first("gate"), kBlock + 1);
  one->given("gate", 50);
  two->given("gate", kBlock + 50);
  two->stop();
  one->stop();
  EXPECT_GE(start()->first("gate"), kBlock + 50);
}

}  // namespace
}  // namespace vigil::app
