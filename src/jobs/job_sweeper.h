#pragma once

#include <chrono>
#include <cstdint>
#include <stop_token>
#include <thread>

#include "base/clock.h"
#include "blob/store.h"
#include "store/jobs.h"

namespace vigil::jobs {

// Removes the blobs that jobs left behind: those of cancelled and deleted ones, of results that were replaced, and of
// attempts that were broken off (store::JobQueue::litter). What a job makes meanwhile that was begun anew lies
// elsewhere. A crash in between is made up for; several servers may do this.
class JobSweeper {
 public:
  // What it is given must outlive it.
  JobSweeper(store::JobQueue& queue, blob::Store& blobs, Clock& clock,
             std::chrono::milliseconds round = std::chrono::seconds(2))
      : queue_(queue), blobs_(blobs), clock_(clock), round_(round) {}
  ~JobSweeper() { stop(); }
  JobSweeper(const JobSweeper&) = delete;
  JobSweeper& operator=(const JobSweeper&) = delete;

  void start();
  void stop();
  // One round, on the caller's thread. Answers how many blobs were removed. What could not be removed is tried again in
  // the next round; the first error is told when the others are through.
  Result<std::uint64_t> sweep(std::stop_token stop = {});

 private:
  void run(const std::stop_token& stop);
  Result<void> clear(const model::JobLitter& litter, std::uint64_t& removed, const std::stop_token& stop);
  store::JobQueue& queue_;
  blob::Store& blobs_;
  Clock& clock_;
  const std::chrono::milliseconds round_;
  std::jthread thread_;
};

}  // namespace vigil::jobs
