#include "store/sql/job_rows.h"

#include <cstdint>
#include <string>

#include "base/ids.h"
#include "store/job_text.h"
#include "store/jobs.h"
#include "store/sql/webhook_rows.h"

namespace vigil::store::sql {
namespace {

Value text_or_null(const std::string& text) {
  if (text.empty()) return nullptr;
  return std::string_view(text);
}

}  // namespace

Result<model::Job> read_job(const Query& row) {
  model::Job job;
  job.id = row.text(0);
  job.kind = row.text(1);
  job.owner = row.text(2);
  job.asset = row.text(3);
  if (!row.null(4)) job.unique_key = row.text(4);
  job.priority = static_cast<int>(row.integer(5));
  auto state = model::job_state_from(row.text(6));
  if (!state) return make_error(ErrorKind::DataLoss, "job " + job.id + " has no known state", "store.damaged");
  job.state = *state;
  job.paused = row.integer(7) != 0;
  job.run_at = row.time(8);
  job.created_at = row.time(9);
  job.updated_at = row.time(10);
  job.finished_at = row.optional_time(11);
  job.lease_token = static_cast<std::uint64_t>(row.integer(12));
  job.version = static_cast<std::uint64_t>(row.integer(14));
  VIGIL_TRY(read_job_text(row.text(15), job));
  return job;
}

Result<model::JobEvent> read_job_event(const Query& row) {
  auto state = model::job_state_from(row.text(7));
  if (!state) return make_error(ErrorKind::DataLoss, "a job's log has no known state", "store.damaged");
  return model::JobEvent{static_cast<std::uint64_t>(row.integer(0)),
                         row.text(1),
                         row.text(2),
                         row.text(3),
                         row.text(4),
                         row.text(5),
                         row.time(6),
                         *state,
                         static_cast<int>(row.integer(8)),
                         row.real(9),
                         row.text(10),
                         row.text(11)};
}

Result<model::Job> lock_job(Connection& connection, const Dialect& dialect, const std::string& id) {
  const Value wanted = std::string_view(id);
  VIGIL_ASSIGN(auto row, connection.query_once(
                             std::string("SELECT " VIGIL_JOB_COLUMNS " FROM jobs WHERE id = ?1") + dialect.lock_row,
                             {&wanted, 1}));
  VIGIL_ASSIGN(bool found, row.step());
  if (!found) return make_error(ErrorKind::NotFound, "there is no such job", "job.not_found");
  return read_job(row);
}

Result<bool> insert_job(Connection& connection, const model::Job& job) {
  const auto rest = job_text(job);
  VIGIL_ASSIGN(
      int added,
      connection.run("INSERT INTO jobs (" VIGIL_JOB_COLUMNS
                     ") VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16) "
                     "ON CONFLICT DO NOTHING",
                     {job.id, job.kind, job.owner, job.asset, text_or_null(job.unique_key), std::int64_t{job.priority},
                      model::to_string(job.state), std::int64_t{job.paused}, value(job.run_at), value(job.created_at),
                      value(job.updated_at), value(job.finished_at), static_cast<std::int64_t>(job.lease_token),
                      value(model::next_look(job)), static_cast<std::int64_t>(job.version), rest}));
  return added > 0;
}

Result<void> update_job(Connection& connection, const model::Job& job) {
  const auto rest = job_text(job);
  VIGIL_TRY(connection.run(
      "UPDATE jobs SET state = ?2, paused = ?3, run_at = ?4, created_at = ?5, updated_at = ?6, "
      "finished_at = ?7, lease_token = ?8, watch_at = ?9, version = ?10, rest = ?11 WHERE id = ?1",
      {job.id, model::to_string(job.state), std::int64_t{job.paused}, value(job.run_at), value(job.created_at),
       value(job.updated_at), value(job.finished_at), static_cast<std::int64_t>(job.lease_token),
       value(model::next_look(job)), static_cast<std::int64_t>(job.version), rest}));
  const bool replaced = !job.replaced_by.empty();
  if (replaced || job.cleared_at || job.state == model::JobState::Cancelled) {
    VIGIL_TRY(connection.run("DELETE FROM job_outputs WHERE job_id = ?1", {job.id}));
    VIGIL_TRY(connection.run("DELETE FROM found_plates WHERE job_id = ?1", {job.id}));
  }
  const auto litter = model::litter_of(job);
  if (!litter) return {};
  return insert_litter(connection, *litter, job.updated_at + (replaced ? kLastReaders : std::chrono::minutes(0)));
}

Result<void> insert_litter(Connection& connection, const model::JobLitter& litter, WallTime due) {
  VIGIL_TRY(connection.run(
      "INSERT INTO job_litter (job_id, asset, attempts, beginnings, due_at) VALUES (?1, ?2, ?3, ?4, ?5) "
      "ON CONFLICT (job_id) DO UPDATE SET attempts = excluded.attempts, beginnings = excluded.beginnings, "
      "due_at = excluded.due_at",
      {litter.job_id, litter.asset, static_cast<std::int64_t>(litter.attempts),
       static_cast<std::int64_t>(litter.beginnings), value(due)}));
  return {};
}

Result<void> insert_events(Connection& connection, const model::JobEvents& events) {
  for (const auto& event : events) {
    VIGIL_TRY(connection.run(
        "INSERT INTO job_events (job_id, kind, owner, asset, type, time, state, attempt, progress, code, detail, sent) "
        "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, 0)",
        {event.job_id, event.kind, event.owner, event.asset, event.type, value(event.time),
         model::to_string(event.state), std::int64_t{event.attempt}, event.progress, event.code, event.detail}));
    // Also where it is due already: whoever delivers at the moment waits for us, and so sees what we wrote.
    VIGIL_TRY(connection.run("UPDATE job_webhooks SET due_at = coalesce(due_at, ?2) WHERE job_id = ?1 AND given_up = 0",
                             {event.job_id, value(event.time)}));
  }
  return {};
}

Result<void> delete_job(Connection& connection, const model::Job& job, WallTime now) {
  VIGIL_TRY(delete_webhooks(connection, job.id));
  for (const char* sql : {"DELETE FROM job_outputs WHERE job_id = ?1", "DELETE FROM job_events WHERE job_id = ?1",
                          "DELETE FROM found_plates WHERE job_id = ?1", "DELETE FROM jobs WHERE id = ?1"}) {
    VIGIL_TRY(connection.run(sql, {job.id}));
  }
  if (job.asset.empty() || job.lease_token == 0) return {};
  return insert_litter(connection, {job.id, job.asset, model::kAllOfIt, model::kAllOfIt}, now);
}

Result<WallTime> StoreClock::now(Connection& connection) const {
  // A test's clock is everybody's.
  if (dialect_.now == nullptr || &clock_ != &system_clock()) return clock_.wall();
  VIGIL_ASSIGN(auto row, connection.query(dialect_.now));
  VIGIL_TRY(row.step());
  return row.time(0);
}

double chance() {
  return static_cast<double>(std::stoul(random_hex(4), nullptr, 16)) / 4294967295.0;
}

}  // namespace vigil::store::sql
