#include "base/queue.h"

#include <gtest/gtest.h>

#include <atomic>
#include <memory>
#include <thread>
#include <vector>

namespace vigil {
namespace {

using namespace std::chrono_literals;

TEST(Queue, GivesWhatCameFirstFirst) {
  BoundedQueue<int, WhenFull::DropOldest> queue(3);
  for (int i : {1, 2, 3}) EXPECT_TRUE(queue.push(i));
  EXPECT_EQ(queue.size(), 3U);
  for (int i : {1, 2, 3}) EXPECT_EQ(queue.pop({}), i);
  EXPECT_EQ(queue.try_pop(), std::nullopt);
  EXPECT_EQ(queue.dropped(), 0U);
}

TEST(Queue, DropsTheOldestAndCounts) {
  BoundedQueue<int, WhenFull::DropOldest> queue(2);
  for (int i : {1, 2, 3, 4}) EXPECT_TRUE(queue.push(i));
  EXPECT_EQ(queue.dropped(), 2U);
  EXPECT_EQ(queue.try_pop(), 3);
  EXPECT_EQ(queue.try_pop(), 4);
}

TEST(Queue, DropsTheNewestAndSaysSo) {
  BoundedQueue<int, WhenFull::DropNewest> queue(2);
  EXPECT_TRUE(queue.push(1));
  EXPECT_TRUE(queue.push(2));
  EXPECT_FALSE(queue.push(3));
  EXPECT_EQ(queue.dropped(), 1U);
  EXPECT_EQ(queue.try_pop(), 1);
  EXPECT_TRUE(queue.push(4));
  EXPECT_EQ(queue.try_pop(), 2);
  EXPECT_EQ(queue.try_pop(), 4);
}

TEST(Queue, BlockingWriterGoesOnWhenThereIsRoom) {
  BoundedQueue<int, WhenFull::Block> queue(1);
  ASSERT_TRUE(queue.push(0));
  std::jthread writer([&] {
    for (int i = 1; i < 100; ++i) EXPECT_TRUE(queue.push(i));
  });
  for (int i = 0; i < 100; ++i) EXPECT_EQ(queue.pop({}), i);
  EXPECT_EQ(queue.dropped(), 0U);
}

TEST(Queue, BlockingWriterCanBeStopped) {
  BoundedQueue<int, WhenFull::Block> queue(1);
  ASSERT_TRUE(queue.push(1));
  std::stop_source stop;
  std::jthread writer([&] { EXPECT_FALSE(queue.push(2, stop.get_token())); });
  stop.request_stop();
  writer.join();
  EXPECT_EQ(queue.size(), 1U);
}

TEST(Queue, ClosedQueueGivesTheRestThenNothing) {
  BoundedQueue<int, WhenFull::DropOldest> queue(2);
  ASSERT_TRUE(queue.push(1));
  queue.close();
  EXPECT_TRUE(queue.closed());
  EXPECT_FALSE(queue.push(2));
  EXPECT_EQ(queue.pop({}), 1);
  EXPECT_EQ(queue.pop({}), std::nullopt);
}

TEST(Queue, CloseWakesReadersAndWriters) {
  BoundedQueue<int, WhenFull::Block> empty(1), full(1);
  ASSERT_TRUE(full.push(1));
  std::jthread reader([&] { EXPECT_EQ(empty.pop({}), std::nullopt); });
  std::jthread writer([&] { EXPECT_FALSE(full.push(2)); });
  empty.close();
  full.close();
}

TEST(Queue, ReaderCanBeStoppedAndTimesOut) {
  BoundedQueue<int, WhenFull::DropOldest> queue(1);
  std::stop_source stop;
  std::jthread reader([&] { EXPECT_EQ(queue.pop(stop.get_token()), std::nullopt); });
  stop.request_stop();
  reader.join();
  EXPECT_EQ(queue.pop({}, 1ns), std::nullopt);
  EXPECT_EQ(queue.pop({}, -1s), std::nullopt);
}

// A caller who means "for ever" must not get "not at all" by an overflow.
TEST(Queue, LongestTimeoutWaits) {
  BoundedQueue<int, WhenFull::DropOldest> queue(1);
  std::jthread writer([&] { queue.push(7); });
  EXPECT_EQ(queue.pop({}, std::chrono::nanoseconds::max()), 7);
}

TEST(Queue, TakesWhatCanOnlyBeMoved) {
  BoundedQueue<std::unique_ptr<int>, WhenFull::DropOldest> queue(1);
  ASSERT_TRUE(queue.push(std::make_unique<int>(1)));
  ASSERT_TRUE(queue.push(std::make_unique<int>(2)));
  EXPECT_EQ(**queue.pop({}), 2);
}

TEST(Queue, NothingIsLostBetweenManyWritersAndReaders) {
  constexpr int kWriters = 4, kEach = 500;
  BoundedQueue<int, WhenFull::Block> queue(8);
  std::atomic<int> sum{0}, count{0};
  {
    std::vector<std::jthread> readers;
    for (int i = 0; i < 3; ++i) {
      readers.emplace_back([&] {
        while (auto item = queue.pop({})) {
          sum += *item;
          ++count;
        }
      });
    }
    {
      std::vector<std::jthread> writers;
      for (int i = 0; i < kWriters; ++i) {
        writers.emplace_back([&] {
          for (int k = 1; k <= kEach; ++k) EXPECT_TRUE(queue.push(k));
        });
      }
    }
    queue.close();
  }
  EXPECT_EQ(count, kWriters * kEach);
  EXPECT_EQ(sum, kWriters * kEach * (kEach + 1) / 2);
}

TEST(QueueDeathTest, QueueThatCouldHoldNothingIsAProgrammersError) {
  using Queue = BoundedQueue<int, WhenFull::DropOldest>;
  EXPECT_DEATH(Queue(0), "capacity");
}

}  // namespace
}  // namespace vigil
