#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <set>
#include <thread>
#include <unordered_map>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "base/sync.h"
#include "ingest/descriptor.h"

namespace vigil::ingest {

// Many connections on one thread: descriptors, deadlines and calls from elsewhere (epoll, level-triggered). All of it
// is for the thread that runs the rounds, except post().
class Loop {
 public:
  // What lives on a loop. Its calls must return soon: whoever has more to do than fits into a turn asks for another one
  // with again(), and the others have theirs before. It may be destroyed within its own calls.
  class Member {
   public:
    virtual ~Member() = default;
    // What is watched by this tag can be read or written, or has failed: trying tells. Also the turn that again()
    // asked for, with its tag.
    virtual void ready(int tag) = 0;
    // The time set by wake_at() has come; it is not set any more.
    virtual void due() = 0;
  };

  Loop();
  ~Loop();
  Loop(const Loop&) = delete;
  Loop& operator=(const Loop&) = delete;

  // `events` as in epoll; a descriptor that is watched already is watched anew. False: the system has no room for it.
  bool watch(Member& member, int fd, std::uint32_t events, int tag);
  // Before the descriptor is closed.
  void forget(int fd);
  // One time for each member; SteadyTime::max(): none.
  void wake_at(Member& member, SteadyTime when);
  SteadyTime wakes_at(const Member& member) const;
  // Another turn in the next round, after what the others have to do in this one.
  void again(Member& member, int tag);
  // Nothing of this member is known any more; before it is destroyed.
  void leave(Member& member);

  // The other threads' way in: `call` is made in the next round, in the order of posting. May outlive the loop; calls
  // that come too late are dropped.
  class Inbox {
   public:
    void post(std::function<void()> call) VIGIL_EXCLUDES(mutex_);

   private:
    friend class Loop;
    Inbox();
    Descriptor bell_;
    Mutex mutex_;
    bool closed_ VIGIL_GUARDED_BY(mutex_) = false;
    std::vector<std::function<void()>> calls_ VIGIL_GUARDED_BY(mutex_);
  };
  void post(std::function<void()> call) { inbox_->post(std::move(call)); }
  const std::shared_ptr<Inbox>& inbox() const { return inbox_; }

  // Waits until there is something to do, `until` at most, and lets everybody have one turn.
  void round(SteadyTime until = SteadyTime::max());

  // Bytes for whoever has its turn: for reading datagrams into.
  std::vector<std::uint8_t>& scratch() { return scratch_; }

 private:
  struct Watch {
    Member* member = nullptr;
    int fd = -1;
    int tag = 0;
  };
  int timeout(SteadyTime until) const;
  void take_calls();
  void take_alarms();
  void take_second_turns();

  Descriptor epoll_;
  std::shared_ptr<Inbox> inbox_;
  std::uint64_t next_id_ = 1;                         // 0 is the inbox's bell
  std::unordered_map<std::uint64_t, Watch> watches_;  // by the number that epoll knows: descriptors are used again
  std::unordered_map<int, std::uint64_t> by_fd_;
  std::unordered_map<const Member*, SteadyTime> alarms_;
  std::set<std::pair<SteadyTime, Member*>> order_;  // of alarms_
  std::vector<std::pair<Member*, int>> second_;     // who asked for another turn
  std::vector<std::pair<Member*, int>> turning_;    // of these, who has not had it yet
  std::vector<std::uint8_t> scratch_;
};

// A loop and its thread. Sessions that live on it end before it does.
class LoopThread {
 public:
  LoopThread();
  ~LoopThread();
  Loop& loop() { return loop_; }

 private:
  Loop loop_;
  std::jthread thread_;
};

}  // namespace vigil::ingest
