#pragma once

#include <cstdint>
#include <functional>
#include <memory>

#include "base/clock.h"

// Runs the work of many cameras on as many threads as there are cores: the piece whose picture arrived first goes
// first, and of one lane only one piece at a time, in its order. While a lane waits, at most twice as many pieces begin
// as there are lanes, so that a backlog of old pictures does not keep live cameras waiting. What can wait says that it
// arrived at WallTime::max(): all others go first, as far as that rule lets them. A thread never spins. All members are
// thread-safe; work must not throw.

namespace vigil::pipeline {

struct LaneFigures {
  std::uint64_t ran = 0;
  std::uint64_t replaced = 0;  // offers that a newer one took the place of
};

class Scheduler {
 public:
  explicit Scheduler(int threads);  // at least one
  ~Scheduler();  // stops: running pieces are waited for, waiting ones are dropped. Not from a piece of work.

  // May outlive the scheduler; then nothing runs any more.
  class Lane {
   public:
    ~Lane();  // waits for the piece that runs; waiting ones are dropped. Not from a piece of its own.
    // One after the other; nothing is dropped: whoever posts keeps within bounds of his own.
    void post(WallTime arrived, std::function<void()> work);
    // Latest wins: an offer that still waits is dropped, and the turn that it waited for is kept.
    void offer(WallTime arrived, std::function<void()> work);
    LaneFigures figures() const;

   private:
    friend class Scheduler;
    struct State;
    explicit Lane(std::shared_ptr<State> state);
    std::shared_ptr<State> state_;
  };

  std::unique_ptr<Lane> open();
  int threads() const;

 private:
  struct State;
  std::shared_ptr<State> state_;
};

}  // namespace vigil::pipeline
