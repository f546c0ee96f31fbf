#pragma once

#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "base/result.h"
#include "model/job_rules.h"

namespace vigil::jobs {

// One attempt at a job, as its handler sees it. Used by the handler's thread.
class Run {
 public:
  virtual ~Run() = default;
  // As it was when the attempt began: payload, asset, and the cursor to go on from.
  virtual const model::Job& job() const = 0;
  // Stop soon: cancelled, paused, the worker stops, the lease was lost, or the attempt takes too long. Whatever run()
  // returns then does not count.
  virtual std::stop_token stop() const = 0;
  // Noted, and told to the store with the next heartbeat. 0..1; never falls.
  virtual void progress(double done, const std::string& step) = 0;
  // What was made since the last one, with the cursor that stands behind it, in one transaction. Conflict
  // (job.lease_lost): somebody else has the job now; give up, what was made is nobody's.
  virtual Result<void> checkpoint(const std::string& cursor, const std::vector<model::JobOutput>& outputs) = 0;
  // Where what this attempt makes may lie: no other attempt, of whatever age, has the same. It counts if this very
  // attempt ends the job; what lies in those of attempts that did not is removed. What is to be gone on with lies in
  // model::common_folder().
  virtual std::string attempt_folder() const = 0;
};

struct Finished {
  std::string result;  // JSON
  std::vector<model::JobOutput> outputs;
  std::optional<std::chrono::milliseconds> snooze;  // not yet: try again after so long; the attempt does not count
  std::vector<model::FoundPlate> plates = {};       // read in its asset, by time; to be looked for in all of them
};

// How one kind of job is done. Called by several threads at once. An error is what it says: model::fault_of() decides
// whether it is worth another try.
class Handler {
 public:
  virtual ~Handler() = default;
  virtual std::string kind() const = 0;
  virtual Result<Finished> run(Run& run) = 0;
};

}  // namespace vigil::jobs
