#include "ingest/loop.h"

#include <gtest/gtest.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <future>
#include <string>

namespace vigil::ingest {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;

SteadyTime now() {
  return system_clock().steady();
}

// Writes down its turns.
class Noting : public Loop::Member {
 public:
  Noting(Loop& loop, std::string& notes, char name) : loop_(loop), notes_(notes), name_(name) {}
  ~Noting() override { loop_.leave(*this); }
  void ready(int tag) override { notes_ += std::string{name_, static_cast<char>('0' + tag)}; }
  void due() override { notes_ += name_; }

 protected:
  Loop& loop_;
  std::string& notes_;
  const char name_;
};

struct Pipe {
  Pipe() {
    std::array<int, 2> fds{};
    EXPECT_EQ(::pipe(fds.data()), 0);
    out = Descriptor(fds[0]);
    in = Descriptor(fds[1]);
  }
  void fill() const { EXPECT_EQ(::write(in.get(), "x", 1), 1); }
  Descriptor out, in;
};

TEST(Loop, WhatIsPostedIsCalledInOrderAndFromOtherThreads) {
  Loop loop;
  std::string notes;
  for (char c : {'a', 'b', 'c'}) loop.post([&notes, c] { notes += c; });
  loop.round();
  EXPECT_EQ(notes, "abc");
  std::jthread other([&] { loop.post([&] { notes += 'd'; }); });
  loop.round();
  EXPECT_EQ(notes, "abcd");
}

TEST(Loop, WhatIsPostedTooLateIsDropped) {
  std::shared_ptr<Loop::Inbox> inbox;
  auto alive = std::make_shared<int>(1);
  std::weak_ptr<int> watched = alive;
  {
    Loop loop;
    inbox = loop.inbox();
    loop.post([alive] {});
    alive.reset();
  }
  EXPECT_TRUE(watched.expired()) << "it waited for nobody";
  inbox->post([] { FAIL(); });
}

TEST(Loop, TimesComeInTheirOrderAndCanBeChanged) {
  Loop loop;
  std::string notes;
  Noting a(loop, notes, 'a'), b(loop, notes, 'b'), c(loop, notes, 'c'), never(loop, notes, 'n');
  const auto time = now();
  loop.wake_at(a, time - milliseconds(1));
  loop.wake_at(b, time - milliseconds(3));
  loop.wake_at(c, time + hours(1));
  loop.wake_at(c, time - milliseconds(2));
  loop.wake_at(never, time);
  loop.wake_at(never, SteadyTime::max());
  loop.round();
  EXPECT_EQ(notes, "bca");
  EXPECT_EQ(loop.wakes_at(a), SteadyTime::max()) << "once";
  loop.wake_at(a, now() + milliseconds(5));
  while (notes.size() < 4) loop.round();
  EXPECT_EQ(notes, "bcaa");
}

TEST(Loop, DescriptorsAreToldByTheirTags) {
  Loop loop;
  std::string notes;
  Noting a(loop, notes, 'a'), b(loop, notes, 'b');
  Pipe first, second;
  ASSERT_TRUE(loop.watch(a, first.out.get(), EPOLLIN, 1));
  ASSERT_TRUE(loop.watch(b, second.out.get(), EPOLLIN, 2));
  second.fill();
  loop.round();
  EXPECT_EQ(notes, "b2");
  loop.forget(second.out.get());
  first.fill();
  loop.round();
  EXPECT_EQ(notes, "b2a1");
  ASSERT_TRUE(loop.watch(b, first.out.get(), EPOLLIN, 3)) << "watched anew, by another";
  loop.round();
  EXPECT_EQ(notes, "b2a1b3");
  EXPECT_FALSE(loop.watch(a, -1, EPOLLIN, 1));
}

// Always wants to go on.
class Greedy final : public Noting {
 public:
  using Noting::Noting;
  void ready(int tag) override {
    Noting::ready(tag);
    loop_.again(*this, 7);
  }
};

TEST(Loop, WhoAlwaysWantsMoreLetsTheOthersHaveTheirTurn) {
  Loop loop;
  std::string notes;
  Greedy greedy(loop, notes, 'g');
  Noting other(loop, notes, 'o'), late(loop, notes, 'l');
  Pipe pipe;
  ASSERT_TRUE(loop.watch(other, pipe.out.get(), EPOLLIN, 1));
  loop.again(greedy, 7);
  loop.again(greedy, 7);  // asking twice is asking once
  pipe.fill();
  loop.wake_at(late, now());
  bool called = false;
  loop.post([&] { called = true; });
  loop.round(now() + hours(1));
  EXPECT_EQ(notes, "o1g7l");
  EXPECT_TRUE(called);
  loop.round(now() + hours(1));
  EXPECT_EQ(notes, "o1g7lo1g7");
}

// Ends another member, or itself, in its turn.
class Ending final : public Noting {
 public:
  using Noting::Noting;
  void ready(int tag) override {
    Noting::ready(tag);
    if (victim) victim->reset();
  }
  void due() override {
    Noting::due();
    if (victim) victim->reset();
  }
  std::unique_ptr<Noting>* victim = nullptr;
};

TEST(Loop, AMemberMayEndAnotherOrItselfInItsTurn) {
  for (const bool by_time : {false, true}) {
    Loop loop;
    std::string notes;
    std::unique_ptr<Noting> first, second;
    auto one = std::make_unique<Ending>(loop, notes, '1'), two = std::make_unique<Ending>(loop, notes, '2');
    one->victim = &second;
    two->victim = &first;
    Pipe pipes[2];
    if (by_time) {
      loop.wake_at(*one, now() - milliseconds(2));
      loop.wake_at(*two, now() - milliseconds(1));
    } else {
      ASSERT_TRUE(loop.watch(*one, pipes[0].out.get(), EPOLLIN, 0));
      ASSERT_TRUE(loop.watch(*two, pipes[1].out.get(), EPOLLIN, 0));
      pipes[0].fill();
      pipes[1].fill();
      loop.again(*one, 0);
      loop.again(*two, 0);
    }
    first = std::move(one);
    second = std::move(two);
    loop.round();
    EXPECT_NE(first == nullptr, second == nullptr) << "the second one was gone before its turn";
    auto& left = first ? first : second;
    notes.clear();
    dynamic_cast<Ending&>(*left).victim = &left;  // and now itself
    loop.wake_at(*left, now());
    loop.round(now() + hours(1));
    EXPECT_EQ(left, nullptr);
  }
}

TEST(LoopThread, RunsUntilItsEnd) {
  std::promise<std::thread::id> where;
  {
    LoopThread thread;
    thread.loop().post([&] { where.set_value(std::this_thread::get_id()); });
    EXPECT_NE(where.get_future().get(), std::this_thread::get_id());
  }
}

}  // namespace
}  // namespace vigil::ingest
