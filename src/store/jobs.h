#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "model/job_folders.h"
#include "model/job_rules.h"
#include "store/records.h"
#include "store/webhooks.h"

// Jobs as they are kept. Every change and what is to be said about it are one transaction; all times are the store's:
// on PostgreSQL the database's clock, so that machines whose clocks differ agree. Like the other repositories:
// thread-safe, and they block for as long as the database needs.

namespace vigil::store {

struct JobQuery {
  std::optional<std::string> owner;  // nothing: everybody's
  std::vector<model::JobState> states;
  std::string kind, asset;  // empty: any
  PageRequest page;         // newest first, by created_at and id
};

// For those who want something done.
class JobRepository {
 public:
  virtual ~JobRepository() = default;
  struct Queued {
    model::Job job;
    bool duplicate = false;  // there is one with this unique key already: that one
  };
  // Sets id, times and the rest that a new job has. InvalidArgument.
  virtual Result<Queued> insert(const model::Job& job) = 0;
  virtual Result<model::Job> get(const std::string& id) = 0;  // NotFound
  virtual Result<Page<model::Job>> find(const JobQuery& query) = 0;
  // FailedPrecondition (job.state); AlreadyExists (job.duplicate): another one with its unique key is at work.
  virtual Result<model::Job> order(const std::string& id, model::JobOrder order) = 0;
  // Of one that is done: what it made is gone, so it is done again. FailedPrecondition (job.state); AlreadyExists
  // (job.duplicate).
  virtual Result<model::Job> remake(const std::string& id, const std::string& why) = 0;
  // With its outputs' rows, its log and its webhooks; its blobs are litter. FailedPrecondition (job.state) unless it
  // has ended.
  virtual Result<void> remove(const std::string& id) = 0;
};

struct ClaimRequest {
  std::string worker;
  std::vector<std::string> kinds;  // at most kMaxChoices
  int max_per_owner = 0;           // an owner's jobs at work at once; 0: any number
  std::string seat = {};           // see take_over(); empty: nobody takes over from this worker before its leases end
};

struct JobLease {
  std::string job_id;
  std::uint64_t token = 0;
};

// So long what was replaced stays where it is, for those who read it at the moment.
inline constexpr std::chrono::minutes kLastReaders{2};

// For workers. A report or an end under a lease that is no longer in force changes nothing: Conflict (job.lease_lost).
//
// A job that ends as cancelled has no outputs from that moment on, and neither has one that was replaced by a later one
// (model::replace()): the same transaction says so, and notes their blobs as litter.
class JobQueue {
 public:
  virtual ~JobQueue() = default;
  // The next one, or nothing. Whose jobs take the fewest workers comes first, then who waited longest to be served; of
  // one owner's, by priority, due time and id.
  virtual Result<std::optional<model::Job>> claim(const ClaimRequest& request) = 0;
  // Outputs are published with the cursor that stands behind them; one of the same name is replaced.
  virtual Result<model::JobOrders> report(const JobLease& lease, const model::JobReport& report,
                                          const std::vector<model::JobOutput>& outputs) = 0;
  virtual Result<model::Job> finish(const JobLease& lease, const model::JobOutcome& outcome,
                                    const std::vector<model::JobOutput>& outputs) = 0;
  // Takes back what workers of this seat hold, whatever their leases say. Only for who knows that they are dead.
  // Answers how many.
  virtual Result<int> take_over(const std::string& seat) = 0;
  // Takes jobs back from workers that are gone, ends what takes too long, notices what is stuck. Answers how many
  // changed. May be called by several at once.
  virtual Result<int> look_after() = 0;
  // Blobs that may be removed by now, those first that may for the longest time; and that they were. May be called by
  // several at once.
  virtual Result<std::vector<model::JobLitter>> litter(int limit) = 0;
  virtual Result<void> swept(const model::JobLitter& litter) = 0;
};

struct JobCount {
  std::string kind;
  model::JobState state = model::JobState::Queued;
  std::uint64_t count = 0;
};
struct JobFigures {
  std::vector<JobCount> counts;
  std::optional<WallTime> oldest_due;  // since when the job that waits longest could have begun
};

// What happened, and what came out.
class JobLog {
 public:
  virtual ~JobLog() = default;
  virtual Result<std::vector<model::JobEvent>> events(const std::string& job_id, std::uint64_t after, int limit) = 0;
  // Of all jobs, in their order. Two that were written at once may appear one after the other: who follows the log asks
  // again for some that he has.
  virtual Result<std::vector<model::JobEvent>> since(std::uint64_t after, int limit) = 0;
  virtual Result<std::uint64_t> newest() = 0;  // sequence; 0: there is none
  // Those that nobody was told yet, oldest first; and that they were told now.
  virtual Result<std::vector<model::JobEvent>> unsent(int limit) = 0;
  virtual Result<void> mark_sent(const std::vector<std::uint64_t>& sequences) = 0;
  // By name, after `after`.
  virtual Result<std::vector<model::JobOutput>> outputs(const std::string& job_id, const std::string& after,
                                                        int limit) = 0;
  virtual Result<JobFigures> figures() = 0;
};

class Jobs {
 public:
  virtual ~Jobs() = default;
  virtual JobRepository& jobs() = 0;
  virtual JobQueue& queue() = 0;
  virtual JobLog& log() = 0;
  virtual JobWebhooks& webhooks() = 0;
};

}  // namespace vigil::store
