#pragma once

#include <chrono>
#include <cstdint>
#include <stop_token>

#include "base/clock.h"
#include "base/sync.h"

namespace vigil::jobs {

// Says that there may be something to do. A hint and no more: who waits looks by himself from time to time as well.
class Wakeup {
 public:
  virtual ~Wakeup() = default;
  virtual void notify() = 0;
  // Until it is notified once after `seen`, the time is over, or stop. Answers what was seen now.
  virtual std::uint64_t wait(std::uint64_t seen, Nanos timeout, std::stop_token stop) = 0;
};

// Within the process. Thread-safe.
class LocalWakeup final : public Wakeup {
 public:
  void notify() override VIGIL_EXCLUDES(mutex_);
  std::uint64_t wait(std::uint64_t seen, Nanos timeout, std::stop_token stop) override VIGIL_EXCLUDES(mutex_);

 private:
  Mutex mutex_;
  CondVar changed_;
  std::uint64_t count_ VIGIL_GUARDED_BY(mutex_) = 0;
};

}  // namespace vigil::jobs
