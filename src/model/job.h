#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"

// Work that outlives the process that asked for it. The row in the store is the truth; everything else only wakes.

namespace vigil::model {

enum class JobState { Queued, Processing, Done, Failed, Cancelled };
const char* to_string(JobState state);  // "queued", …
std::optional<JobState> job_state_from(std::string_view name);
inline bool is_terminal(JobState state) {
  return state != JobState::Queued && state != JobState::Processing;
}

// How long a job may take, and how often it may fail. Copied into each job, so that whoever looks after them need not
// know its kind. Zero: no limit.
struct JobLimits {
  std::chrono::milliseconds lease{60000};             // without a heartbeat; then another worker may have it
  std::chrono::milliseconds start_to_close{3600000};  // one attempt
  std::chrono::milliseconds schedule_to_start{0};     // waiting; only an alert
  std::chrono::milliseconds schedule_to_close{0};     // everything together
  std::chrono::milliseconds stuck_after{600000};      // heartbeats, but no progress; only an alert
  std::chrono::milliseconds retry_base{10000}, retry_cap{3600000};
  int max_attempts = 5;
  bool operator==(const JobLimits&) const = default;
};
inline constexpr int kMaxLosses = 3;  // a job whose worker vanished so often is taken for the reason

// Why an attempt did not succeed.
enum class JobFault {
  Transient,  // may go better the next time
  Permanent,  // will never go better: the input is wrong
  Timeout,    // the attempt took too long
  Lost,       // its worker was not heard of any more
};
const char* to_string(JobFault fault);
std::optional<JobFault> job_fault_from(std::string_view name);

struct JobError {
  int attempt = 0;
  WallTime time;
  JobFault fault = JobFault::Transient;
  std::string code;     // stable, for programs
  std::string message;  // for people
  bool operator==(const JobError&) const = default;
};
inline constexpr std::size_t kMaxJobErrors = 20;  // the newest are kept

struct Job {
  std::string id;
  std::string kind;            // "extract", …
  std::string owner;           // a user's id; empty: the server itself
  std::string asset;           // what it works on; may be empty
  std::string unique_key;      // at most one job with it is queued or processing; empty: any number
  std::string payload = "{}";  // JSON: what is to be done
  bool sole = false;           // once it is done, what jobs of its kind made of its asset before is replaced by it
  int priority = 5;            // 0 first, 9 last; among the jobs of one owner
  JobLimits limits;

  JobState state = JobState::Queued;
  bool paused = false;  // not to be begun; or, while processing, to be laid down
  std::string
      cursor;  // JSON: how far it is, committed together with what was made until there; empty: at the beginning
  std::string result;    // JSON, when done; may be empty
  double progress = 0;   // 0..1, never falls within an attempt
  std::string step;      // for people: what it is at
  int attempt = 0;       // counts up with each beginning
  int max_attempts = 5;  // of limits, and one more for each retry by hand
  int losses = 0;
  std::string reason, detail;  // code and sentence of the end; empty when done
  std::string replaced_by;     // a job that was done later: what this one made is gone; empty: it counts
  std::vector<JobError> errors;

  std::uint64_t lease_token = 0;  // only who names it may report: a number that was never given before
  std::uint64_t first_token = 0;  // when it was cancelled, it begins anew with this one; 0: it never was
  std::string worker;
  std::string seat;  // of the worker: only a successor of it, when it is dead, has the same; empty: it has none
  WallTime created_at, updated_at, run_at;  // run_at: not before
  std::optional<WallTime> started_at;       // of the present or last attempt
  std::optional<WallTime> lease_until, heartbeat_at, progressed_at, finished_at;
  std::optional<WallTime> cancel_requested_at;
  std::optional<WallTime> cleared_at;  // what it made was removed; nothing once it begins anew
  bool alerted = false;                // waiting or stuck, and said so
  std::uint64_t version = 1;           // counts up with every change that others may see

  bool operator==(const Job&) const = default;
};

// What happened to a job: the log of it, and what goes out as events.
struct JobEvent {
  std::uint64_t sequence = 0;  // of the store
  std::string job_id, kind, owner, asset;
  std::string type;  // "job.queued", "job.processing", "job.done", "job.failed", "job.cancelled", "job.retry",
                     // "job.released", "job.lost", "job.paused", "job.resumed", "job.stuck", "job.waiting"; and, only
                     // in the log, "outputs.removed", "webhook.delivered", "webhook.failed", "webhook.given_up",
                     // "webhook.replayed". Of an upload, whose id is then in the place of the job's:
                     // "upload.completed", "upload.refused", "upload.expired", "upload.deleted"
  WallTime time;
  JobState state = JobState::Queued;
  int attempt = 0;
  double progress = 0;
  std::string code, detail;
  bool operator==(const JobEvent&) const = default;
};
// Of the job itself; else of an upload, or of those who were told of it.
inline bool is_of_job(const JobEvent& event) {
  return event.type.starts_with("job.");
}
// By HTTP, to whoever asked for it.
inline bool is_told(const JobEvent& event) {
  return is_of_job(event) || event.type.starts_with("upload.");
}

// What a job made: a blob, and what is known of it. Named by what went in, so that a second attempt makes the same.
struct JobOutput {
  std::string name;  // unique in the job: "frame_000001000.jpg"
  std::string key;   // of the blob
  std::uint64_t size = 0;
  std::string media_type;
  std::string facts = "{}";  // JSON
  bool operator==(const JobOutput&) const = default;
};

}  // namespace vigil::model
