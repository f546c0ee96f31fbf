#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "model/job_folders.h"
#include "model/job_rules.h"
#include "store/sql/database.h"
#include "store/sql/dialect.h"

// Jobs as rows, shared by the repositories that change them. Callers hold a transaction.

namespace vigil::store::sql {

#define VIGIL_JOB_COLUMNS                                                                                      \
  "id, kind, owner, asset, unique_key, priority, state, paused, run_at, created_at, updated_at, finished_at, " \
  "lease_token, watch_at, version, rest"

#define VIGIL_JOB_EVENT_COLUMNS \
  "sequence, job_id, kind, owner, asset, type, time, state, attempt, progress, code, detail"

Result<model::Job> read_job(const Query& row);             // selected by VIGIL_JOB_COLUMNS
Result<model::JobEvent> read_job_event(const Query& row);  // selected by VIGIL_JOB_EVENT_COLUMNS

// The row of that id, locked. NotFound.
Result<model::Job> lock_job(Connection& connection, const Dialect& dialect, const std::string& id);
// False: another one with its unique key is at work.
Result<bool> insert_job(Connection& connection, const model::Job& job);
// A job that was cancelled, replaced or cleared loses its outputs with it, and what one that has ended leaves behind is
// noted.
Result<void> update_job(Connection& connection, const model::Job& job);
// May be removed from `due` on.
Result<void> insert_litter(Connection& connection, const model::JobLitter& litter, WallTime due);
// Those who are to be told become due.
Result<void> insert_events(Connection& connection, const model::JobEvents& events);

// With its outputs, its log and its webhooks; its blobs are litter.
Result<void> delete_job(Connection& connection, const model::Job& job, WallTime now);

// What time it is for everybody who uses this database.
class StoreClock {
 public:
  StoreClock(const Clock& clock, const Dialect& dialect) : clock_(clock), dialect_(dialect) {}
  Result<WallTime> now(Connection& connection) const;

 private:
  const Clock& clock_;
  const Dialect& dialect_;
};

// 0..1
double chance();

}  // namespace vigil::store::sql
