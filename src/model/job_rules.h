#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "model/found_plate.h"
#include "model/job.h"

// How jobs change: pure functions from (job, time) to job, the same for every store. Each adds what happened to
// `events`. Rules J1 to J15.

namespace vigil::model {

using JobEvents = std::vector<JobEvent>;

// min(cap, base · (2^n/2 + chance · 2^n/2)), n: attempts before this one. `chance`: 0..1.
std::chrono::milliseconds retry_delay(const JobLimits& limits, int attempt, double chance);

// A new job, with times and first event. Must have kind and limits that make sense: else InvalidArgument.
Result<void> begin_job(Job& job, WallTime now, JobEvents& events);

// Whether a worker may have it now. begin_attempt() gives it to one: a new lease token, one more attempt.
bool is_due(const Job& job, WallTime now);
void begin_attempt(Job& job, const std::string& worker, const std::string& seat, WallTime now, JobEvents& events);

// What a worker says while it works. Empty members say nothing.
struct JobReport {
  std::optional<double> progress;
  std::optional<std::string> step, cursor;
};
// What it is told.
struct JobOrders {
  bool cancel = false, pause = false;
};
JobOrders take_report(Job& job, const JobReport& report, WallTime now);

// How an attempt ended.
struct JobOutcome {
  enum class Kind {
    Done,
    Failed,    // by fault: again later, or for good
    Snoozed,   // not yet: again at `again_at`, the attempt does not count
    Released,  // laid down because the worker stops: again at once, the attempt does not count
    Stopped,   // laid down as ordered: cancelled or paused
  };
  Kind kind = Kind::Done;
  std::string result;                                    // Done
  JobFault fault = JobFault::Transient;                  // Failed
  std::string code, message;                             // Failed
  std::optional<std::chrono::milliseconds> again_after;  // Failed: what the other side asked for; Snoozed
  std::vector<FoundPlate> plates;                        // Done: read in its asset; ids and what the asset has are set
};
void end_attempt(Job& job, const JobOutcome& outcome, WallTime now, double chance, JobEvents& events);

// Looks after a job whose worker may be gone, hang or be late. True when something changed.
bool look_after(Job& job, WallTime now, double chance, JobEvents& events);

// What it made is litter: if it is done again, then from the beginning, and elsewhere. FailedPrecondition (job.state)
// unless it has ended.
Result<void> clear_outputs(Job& job, WallTime now, JobEvents& events);

// Its worker is known to be dead, whatever the lease says. Counts as a loss; after the first one it is due at once.
void lose(Job& job, WallTime now, double chance, JobEvents& events);

// What it made is gone: it is done again from the beginning. FailedPrecondition (job.state) unless it is done and
// counts.
Result<void> remake(Job& job, const std::string& why, WallTime now, JobEvents& events);

// One of its kind was done later for the same asset, and counts alone (Job::sole): what the older one made is of no use
// any more. True when that is so, and was not known yet.
bool replace(Job& older, const Job& by, WallTime now);

// When look_after() may next have something to do; nothing: never.
std::optional<WallTime> next_look(const Job& job);

// By hand. FailedPrecondition (job.state) where its state does not allow it.
enum class JobOrder { Cancel, Pause, Resume, Retry };
Result<void> give_order(Job& job, JobOrder order, WallTime now, JobEvents& events);

// The rule for errors of ours: which are worth another try.
JobFault fault_of(const Error& error);

}  // namespace vigil::model
