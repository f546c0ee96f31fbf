#pragma once

#include <chrono>
#include <memory>

#include "base/clock.h"
#include "bus/jobs.h"
#include "jobs/wakeup.h"
#include "store/jobs.h"

namespace vigil::jobs {

struct KeeperConfig {
  std::chrono::milliseconds round{1000};       // between two looks for events to tell
  std::chrono::milliseconds look_after{5000};  // between two looks for jobs that are late, lost or stuck
  bool relay = true;                           // false: others tell what happened
};

// Looks after the jobs of all workers, and tells subscribers what happened to them: whatever was committed is told at
// least once, also after a crash in between, in the order in which it happened to each job. Several servers may do
// this.
class Keeper {
 public:
  // All references must outlive it. `wakeup` is notified when a job may be taken.
  Keeper(KeeperConfig config, store::Jobs& jobs, bus::Jobs& bus, Wakeup& wakeup, Clock& clock);
  ~Keeper();  // stops
  Keeper(const Keeper&) = delete;
  Keeper& operator=(const Keeper&) = delete;

  void start();
  void stop();  // after a last round, so that what was done while stopping is told too
  // One round, now. Answers how many events were told.
  Result<int> relay();
  Result<int> look_after();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace vigil::jobs
