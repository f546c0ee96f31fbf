#pragma once

#include <cstdint>
#include <functional>
#include <random>
#include <thread>

#include "base/clock.h"
#include "base/result.h"
#include "base/sync.h"

namespace vigil::app {

// Gives subject ids without waiting, out of blocks that a thread of its own gets ahead of time. When these are used up
// and no new one can be had, ids are drawn by lot from store::kDrawnSubjects on. Thread-safe.
class SubjectIds {
 public:
  static constexpr std::uint64_t kBlock = 1000;

  // `reserve`: sets kBlock ids aside and says the first; asked again every few seconds while it cannot.
  SubjectIds(std::function<Result<std::uint64_t>()> reserve, Clock& clock);
  ~SubjectIds();

  void start();  // once; waits a moment for the first block
  void stop();   // no further blocks are asked for
  std::uint64_t next() VIGIL_EXCLUDES(mutex_);

 private:
  void work(std::stop_token stop);
  bool refill() VIGIL_EXCLUDES(mutex_);

  const std::function<Result<std::uint64_t>()> reserve_;
  Clock& clock_;
  Mutex mutex_;
  CondVar wanted_, first_try_;
  std::uint64_t next_ VIGIL_GUARDED_BY(mutex_) = 0, left_ VIGIL_GUARDED_BY(mutex_) = 0;
  std::uint64_t spare_ VIGIL_GUARDED_BY(mutex_) = 0;  // first id of the block after this one; 0: none
  std::mt19937_64 lot_ VIGIL_GUARDED_BY(mutex_){std::random_device{}()};
  bool tried_ VIGIL_GUARDED_BY(mutex_) = false;
  bool complained_ = false;
  std::jthread thread_;
};

}  // namespace vigil::app
