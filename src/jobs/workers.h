#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "base/clock.h"
#include "jobs/handler.h"
#include "jobs/wakeup.h"
#include "store/jobs.h"

namespace vigil::jobs {

struct WorkersConfig {
  int threads = 2;
  int max_per_owner = 0;                       // jobs of one owner at work at once, over all machines; 0: any number
  std::string name;                            // of these workers, for people; empty: host and process
  std::string seat;                            // see seat_of(); empty: none
  std::chrono::milliseconds poll{5000};        // so often they look without being woken
  std::chrono::milliseconds heartbeat{10000};  // of each job at work; shorter than any lease
  std::chrono::milliseconds tell{1000};        // at most so often what a job says of its progress is told
  std::chrono::milliseconds grace{8000};       // for jobs at work when the workers stop
};

// How long something took, in the buckets that the metrics show.
struct JobSeconds {
  static constexpr std::array<double, 10> kBounds = {0.1, 0.5, 1, 5, 15, 60, 300, 1800, 7200, 28800};
  std::array<std::uint64_t, kBounds.size() + 1> counts{};  // per bucket; the last: longer
  double sum = 0;
  void add(double seconds);
};
// Of one kind of job.
struct KindFigures {
  JobSeconds waited, ran;                       // from when it was due; one attempt
  std::uint64_t bytes = 0;                      // of what was made
  std::map<std::string, std::uint64_t> faults;  // attempts that failed, by code
};
inline constexpr std::size_t kMostFaultCodes = 50;  // further ones count as "other"

struct WorkersFigures {
  int threads = 0, busy = 0;
  std::uint64_t done = 0, failed = 0, retried = 0, cancelled = 0, lost = 0, released = 0;
  std::map<std::string, KindFigures> kinds;
};

// Threads that take jobs and do them, each one at a time; and one that keeps their leases. The row is the truth: a
// worker that was not heard of for a lease has lost its job, and what it says afterwards changes nothing. A handler
// that does not stop when it is told to holds up its thread, and stop().
class Workers {
 public:
  // All references, and the handlers, must outlive the workers.
  Workers(WorkersConfig config, store::JobQueue& queue, std::vector<Handler*> handlers, Wakeup& wakeup, Clock& clock);
  ~Workers();  // stops
  Workers(const Workers&) = delete;
  Workers& operator=(const Workers&) = delete;

  // Takes over what those who had the seat before left behind.
  void start();
  // No new jobs; those at work are told to stop after `grace`, and given back with their attempt if they do not get
  // done.
  void stop();
  WorkersFigures figures() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace vigil::jobs
