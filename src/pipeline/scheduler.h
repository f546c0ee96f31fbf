#pragma once

#include <cstdint>
#include <functional>
#include <memory>

#include "base/clock.h"

// Runs the work of many cameras on as many threads as there are cores: the piece whose picture arrived first goes
// first, and of one lane only one piece at a time, in its order. A thread never spins.

namespace vigil::pipeline {

struct LaneFigures {
  std::uint64_t ran = 0;
  std::uint64_t replaced = 0;  // offers that a newer one took the place of
};

class Scheduler {
 public:
  explicit Scheduler(int threads);
  ~Scheduler();  // stops: running pieces are waited for, waiting ones are dropped

  class Lane {
   public:
    ~Lane();  // waits for the piece that runs; waiting ones are dropped
    // One after the other; nothing is dropped: whoever posts keeps within bounds of his own.
    void post(WallTime arrived, std::function<void()> work);
    // Latest wins: takes the place of an offer that still waits.
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
