#include "pipeline/scheduler.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <latch>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "base/sync.h"

namespace vigil::pipeline {
namespace {

WallTime at(int milliseconds) {
  return WallTime(std::chrono::milliseconds(milliseconds));
}

// What ran, in its order.
class Journal {
 public:
  std::function<void()> note(std::string text) {
    return [this, text = std::move(text)] {
      MutexLock lock(mutex_);
      text_ += text;
    };
  }
  std::string text() {
    MutexLock lock(mutex_);
    return text_;
  }

 private:
  Mutex mutex_;
  std::string text_ VIGIL_GUARDED_BY(mutex_);
};

// Keeps one thread of the scheduler busy until it is told otherwise, so that pieces gather behind it.
class Plug {
 public:
  explicit Plug(Scheduler& scheduler) : lane_(scheduler.open()) {
    lane_->post(at(-1'000'000), [this] {
      begun_.count_down();
      go_.wait();
    });
    begun_.wait();
  }
  ~Plug() { pull(); }
  void pull() {
    if (!pulled_) go_.count_down();
    pulled_ = true;
  }

 private:
  std::latch begun_{1}, go_{1};
  bool pulled_ = false;
  std::unique_ptr<Scheduler::Lane> lane_;
};

// Returns once everything that the lane was given before has run.
void drain(Scheduler::Lane& lane) {
  std::latch done(1);
  lane.post(at(0), [&done] { done.count_down(); });
  done.wait();
}

TEST(Scheduler, TheEarliestPictureGoesFirst) {
  Scheduler scheduler(1);
  auto a = scheduler.open(), b = scheduler.open(), c = scheduler.open();
  Journal journal;
  Plug plug(scheduler);
  a->offer(at(30), journal.note("a"));
  b->offer(at(10), journal.note("b"));
  c->offer(at(20), journal.note("c"));
  plug.pull();
  for (auto* lane : {a.get(), b.get(), c.get()}) drain(*lane);
  EXPECT_EQ(journal.text(), "bca");
}

TEST(Scheduler, WhatCanWaitGoesLastButIsNotForgotten) {
  Scheduler scheduler(1);
  auto patient = scheduler.open(), busy = scheduler.open();
  Journal journal;
  Plug plug(scheduler);
  patient->post(WallTime::max(), journal.note("P"));
  patient->post(WallTime::max(), journal.note("P"));
  for (int i = 0; i < 20; ++i) busy->post(at(i), journal.note("b"));
  plug.pull();
  drain(*busy);
  drain(*patient);
  const auto text = journal.text();
  EXPECT_EQ(std::count(text.begin(), text.end(), 'P'), 2);
  EXPECT_EQ(text.rfind("bbbb", 0), 0U) << text;
  EXPECT_LT(text.find('P'), 8U) << text;
  EXPECT_GT(text.rfind('P') - text.find('P'), 4U) << "one at a time: " << text;
}

TEST(Scheduler, ALaneKeepsItsOrderWhateverTheTimes) {
  Scheduler scheduler(4);
  auto lane = scheduler.open();
  Journal journal;
  for (int i = 9; i >= 0; --i) lane->post(at(i), journal.note(std::to_string(i)));
  drain(*lane);
  EXPECT_EQ(journal.text(), "9876543210");
}

TEST(Scheduler, OfOneLaneOnlyOnePieceRunsAtATime) {
  Scheduler scheduler(4);
  auto lane = scheduler.open();
  std::atomic<int> inside{0}, most{0};
  for (int i = 0; i < 200; ++i) {
    lane->post(at(i), [&] {
      most = std::max(most.load(), ++inside);
      std::this_thread::yield();
      --inside;
    });
  }
  drain(*lane);
  EXPECT_EQ(most, 1);
  EXPECT_GE(lane->figures().ran, 200U);
}

TEST(Scheduler, LanesRunSideBySide) {
  Scheduler scheduler(2);
  auto a = scheduler.open(), b = scheduler.open();
  std::latch both(2);  // neither ends before the other has begun
  a->post(at(0), [&both] { both.arrive_and_wait(); });
  b->post(at(0), [&both] { both.arrive_and_wait(); });
  drain(*a);
  drain(*b);
}

TEST(Scheduler, ANewerOfferReplacesTheWaitingOne) {
  Scheduler scheduler(1);
  auto lane = scheduler.open();
  Journal journal;
  Plug plug(scheduler);
  for (int i = 0; i < 5; ++i) lane->offer(at(i), journal.note(std::to_string(i)));
  plug.pull();
  drain(*lane);
  EXPECT_EQ(journal.text(), "4");
  EXPECT_EQ(lane->figures().replaced, 4U);
}

TEST(Scheduler, AnOfferThatRunsIsNotReplaced) {
  Scheduler scheduler(1);
  auto lane = scheduler.open();
  Journal journal;
  std::latch begun(1), go(1);
  lane->offer(at(0), [&] {
    begun.count_down();
    go.wait();
    journal.note("0")();
  });
  begun.wait();
  lane->offer(at(1), journal.note("1"));
  go.count_down();
  drain(*lane);
  EXPECT_EQ(journal.text(), "01");
  EXPECT_EQ(lane->figures().replaced, 0U);
}

TEST(Scheduler, PostsAreNeverReplaced) {
  Scheduler scheduler(1);
  auto lane = scheduler.open();
  Journal journal;
  Plug plug(scheduler);
  lane->post(at(0), journal.note("p"));
  lane->offer(at(1), journal.note("x"));
  lane->post(at(2), journal.note("q"));
  lane->offer(at(3), journal.note("o"));
  plug.pull();
  drain(*lane);
  EXPECT_EQ(journal.text(), "pqo");
}

TEST(Scheduler, AReplacedOfferKeepsItsTurn) {
  Scheduler scheduler(1);
  auto fast = scheduler.open(), slow = scheduler.open();
  Journal journal;
  Plug plug(scheduler);
  fast->offer(at(0), journal.note("-"));
  slow->offer(at(50), journal.note("s"));
  fast->offer(at(100), journal.note("f"));
  plug.pull();
  drain(*fast);
  drain(*slow);
  EXPECT_EQ(journal.text(), "fs") << "a camera with many pictures a second must not wait for ever";
}

TEST(Scheduler, ABacklogDoesNotKeepOthersWaiting) {
  Scheduler scheduler(1);
  auto backlog = scheduler.open(), live = scheduler.open();
  Journal journal;
  {
    Plug plug(scheduler);
    for (int i = 0; i < 50; ++i) backlog->post(at(i), journal.note("b"));
    live->offer(at(1'000'000), journal.note("L"));
  }
  drain(*backlog);
  const auto place = journal.text().find('L');
  ASSERT_NE(place, std::string::npos);
  EXPECT_LE(place, 6U);
}

TEST(Scheduler, EveryLaneGetsItsShareWhenThereIsTooMuchToDo) {
  Scheduler scheduler(1);
  std::vector<std::unique_ptr<Scheduler::Lane>> lanes;
  for (int i = 0; i < 4; ++i) lanes.push_back(scheduler.open());
  Journal journal;
  {
    Plug plug(scheduler);
    for (int n = 0; n < 10; ++n) {
      for (std::size_t i = 0; i < lanes.size(); ++i) {
        lanes[i]->post(at(10 * n + static_cast<int>(i)), journal.note(std::to_string(i)));
      }
    }
  }
  for (auto& lane : lanes) drain(*lane);
  std::string expected;
  for (int n = 0; n < 10; ++n) expected += "0123";
  EXPECT_EQ(journal.text(), expected);
}

TEST(Scheduler, AClosedLaneWaitsForItsPieceAndDropsTheRest) {
  Scheduler scheduler(2);
  auto lane = scheduler.open();
  std::latch begun(1), go(1);
  std::atomic<bool> ended{false}, wrong{false};
  lane->post(at(0), [&] {
    begun.count_down();
    go.wait();
    ended = true;
  });
  auto held = std::make_shared<int>(0);
  lane->post(at(1), [&wrong, held] { wrong = true; });
  begun.wait();
  // What waits is dropped first; only then may the running piece end.
  std::thread opener([&go, &held] {
    while (held.use_count() > 1) std::this_thread::yield();
    go.count_down();
  });
  lane.reset();
  EXPECT_TRUE(ended);
  EXPECT_FALSE(wrong);
  opener.join();
}

TEST(Scheduler, StopsWithoutRunningWhatWaits) {
  auto scheduler = std::make_unique<Scheduler>(1);
  auto lane = scheduler->open();
  auto held = std::make_shared<int>(0);
  std::atomic<bool> ran{false};
  {
    auto other = scheduler->open();
    std::latch begun(1), go(1);
    other->post(at(0), [&] {
      begun.count_down();
      go.wait();
    });
    begun.wait();
    lane->post(at(1), [&ran, held] { ran = true; });
    std::thread stopper([&scheduler] { scheduler.reset(); });
    // Dropped before the running piece is waited for: only then may it end.
    while (held.use_count() > 1) std::this_thread::yield();
    go.count_down();
    stopper.join();
  }
  EXPECT_FALSE(ran);
  lane->post(at(2), [&ran] { ran = true; });
  EXPECT_FALSE(ran) << "a lane that outlives its scheduler does nothing";
}

TEST(Scheduler, WorkMayGiveMoreWorkToItsLane) {
  Scheduler scheduler(2);
  auto lane = scheduler.open();
  Journal journal;
  std::latch done(1);
  lane->post(at(0), [&] {
    lane->offer(at(1), [&] {
      journal.note("2")();
      done.count_down();
    });
    journal.note("1")();
  });
  done.wait();
  EXPECT_EQ(journal.text(), "12");
}

TEST(Scheduler, ManyLanesOnFewThreadsRunEverything) {
  Scheduler scheduler(3);
  constexpr int kLanes = 40, kPieces = 100;
  std::atomic<int> ran{0};
  std::vector<std::unique_ptr<Scheduler::Lane>> lanes;
  for (int i = 0; i < kLanes; ++i) lanes.push_back(scheduler.open());
  std::vector<std::thread> writers;
  for (int w = 0; w < 4; ++w) {
    writers.emplace_back([&, w] {
      for (int n = 0; n < kPieces; ++n) {
        for (int i = w; i < kLanes; i += 4) lanes[static_cast<std::size_t>(i)]->post(at(n), [&ran] { ++ran; });
      }
    });
  }
  for (auto& writer : writers) writer.join();
  for (auto& lane : lanes) drain(*lane);
  EXPECT_EQ(ran, kLanes * kPieces);
}

}  // namespace
}  // namespace vigil::pipeline
