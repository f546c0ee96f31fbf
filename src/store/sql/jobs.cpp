#include <fmt/format.h>

#include <algorithm>

#include "base/ids.h"
#include "store/sql/found_plates.h"
#include "store/sql/job_rows.h"
#include "store/sql/repositories.h"
#include "store/sql/select.h"

namespace vigil::store::sql {
namespace {

Error lease_lost() {
  return make_error(ErrorKind::Conflict, "somebody else has this job now", "job.lease_lost");
}

class Repository final : public JobRepository {
 public:
  Repository(Database& database, const Clock& clock, const Dialect& dialect)
      : database_(database), dialect_(dialect), clock_(clock, dialect_) {}

  Result<Queued> insert(const model::Job& wanted) override {
    return database_.write([&](Connection& connection) -> Result<Queued> {
      // The one that holds the key may end between our two looks: then there is room.
      for (int tries = 0; tries < 5; ++tries) {
        VIGIL_ASSIGN(auto transaction, Transaction::begin(connection));
        VIGIL_ASSIGN(auto now, clock_.now(connection));
        auto job = wanted;
        job.id = new_uuid();
        model::JobEvents events;
        VIGIL_TRY(model::begin_job(job, now, events));
        VIGIL_ASSIGN(bool added, insert_job(connection, job));
        if (added) {
          VIGIL_TRY(insert_events(connection, events));
          VIGIL_TRY(transaction.commit());
          return Queued{std::move(job), false};
        }
        VIGIL_ASSIGN(auto row, connection.query("SELECT " VIGIL_JOB_COLUMNS
                                                " FROM jobs WHERE unique_key = ?1 AND state IN ('queued', "
                                                "'processing')",
                                                {wanted.unique_key}));
        VIGIL_ASSIGN(bool found, row.step());
        if (!found) continue;
        VIGIL_ASSIGN(auto present, read_job(row));
        return Queued{std::move(present), true};
      }
      return make_error(ErrorKind::Unavailable, "the job's unique key comes and goes too fast", "job.duplicate");
    });
  }

  Result<model::Job> get(const std::string& id) override {
    return database_.read([&](Connection& connection) -> Result<model::Job> {
      VIGIL_ASSIGN(auto row, connection.query("SELECT " VIGIL_JOB_COLUMNS " FROM jobs WHERE id = ?1", {id}));
      VIGIL_ASSIGN(bool found, row.step());
      if (!found) return make_error(ErrorKind::NotFound, "there is no such job", "job.not_found");
      return read_job(row);
    });
  }

  Result<Page<model::Job>> find(const JobQuery& query) override {
    Conditions conditions;
    if (query.owner) conditions.add("owner = ?", {std::string_view(*query.owner)});
    std::vector<std::string> states;
    for (auto state : query.states) states.emplace_back(model::to_string(state));
    conditions.add_one_of("state", states);
    conditions.add_equal("kind", query.kind);
    conditions.add_equal("asset", query.asset);
    if (query.page.after) {
      conditions.add("(created_at, id) < (?, ?)",
                     {value(query.page.after->time), std::string_view(query.page.after->id)});
    }
    const int limit = std::clamp(query.page.limit, 1, kMaxPage);
    return database_.read([&](Connection& connection) -> Result<Page<model::Job>> {
      VIGIL_ASSIGN(auto rows,
                   connection.query_once(fmt::format("SELECT " VIGIL_JOB_COLUMNS
                                                     " FROM jobs{} ORDER BY created_at DESC, id DESC LIMIT {}",
                                                     conditions.where(), limit + 1),
                                         conditions.values()));
      Page<model::Job> page;
      while (true) {
        VIGIL_ASSIGN(bool more, rows.step());
        if (!more) return page;
        if (page.items.size() == static_cast<std::size_t>(limit)) {
          page.next = RecordCursor{page.items.back().created_at, page.items.back().id};
          return page;
        }
        VIGIL_ASSIGN(auto job, read_job(rows));
        page.items.push_back(std::move(job));
      }
    });
  }

  Result<model::Job> order(const std::string& id, model::JobOrder order) override {
    return change_job(id, [order](model::Job& job, WallTime now, model::JobEvents& events) {
      return model::give_order(job, order, now, events);
    });
  }

  Result<model::Job> remake(const std::string& id, const std::string& why) override {
    return change_job(id, [&why](model::Job& job, WallTime now, model::JobEvents& events) {
      return model::remake(job, why, now, events);
    });
  }

  Result<void> remove(const std::string& id) override {
    return database_.write([&](Connection& connection) -> Result<void> {
      VIGIL_ASSIGN(auto transaction, Transaction::begin(connection));
      VIGIL_ASSIGN(auto job, lock_job(connection, dialect_, id));
      if (!model::is_terminal(job.state)) {
        return make_error(ErrorKind::FailedPrecondition, "the job has not ended: cancel it first", "job.state");
      }
      VIGIL_ASSIGN(auto now, clock_.now(connection));
      VIGIL_TRY(delete_job(connection, job, now));
      return transaction.commit();
    });
  }

 private:
  // `change` may refuse.
  template <typename Change>
  Result<model::Job> change_job(const std::string& id, Change change) {
    auto done = database_.write([&](Connection& connection) -> Result<model::Job> {
      VIGIL_ASSIGN(auto transaction, Transaction::begin(connection));
      VIGIL_ASSIGN(auto job, lock_job(connection, dialect_, id));
      VIGIL_ASSIGN(auto now, clock_.now(connection));
      model::JobEvents events;
      VIGIL_TRY(change(job, now, events));
      VIGIL_TRY(update_job(connection, job));
      VIGIL_TRY(insert_events(connection, events));
      VIGIL_TRY(transaction.commit());
      return job;
    });
    if (!done && done.error().kind == ErrorKind::AlreadyExists)
      return make_error(ErrorKind::AlreadyExists, "another job does the same at the moment", "job.duplicate");
    return done;
  }

  Database& database_;
  const Dialect dialect_;
  const StoreClock clock_;
};

class Queue final : public JobQueue {
 public:
  Queue(Database& database, const Clock& clock, const Dialect& dialect)
      : database_(database), dialect_(dialect), clock_(clock, dialect_) {}

  Result<std::optional<model::Job>> claim(const ClaimRequest& request) override {
    if (request.kinds.empty()) return std::optional<model::Job>();
    VIGIL_ASSIGN(auto owners, database_.read([&](Connection& connection) { return waiting_owners(connection); }));
    for (const auto& owner : owners) {
      VIGIL_ASSIGN(auto job, database_.write([&](Connection& connection) -> Result<std::optional<model::Job>> {
        return claim_of(connection, request, owner);
      }));
      if (job) return job;
    }
    return std::optional<model::Job>();
  }

  Result<model::JobOrders> report(const JobLease& lease, const model::JobReport& report,
                                  const std::vector<model::JobOutput>& outputs) override {
    return database_.write([&](Connection& connection) -> Result<model::JobOrders> {
      VIGIL_ASSIGN(auto transaction, Transaction::begin(connection));
      VIGIL_ASSIGN(auto job, leased(connection, lease));
      VIGIL_ASSIGN(auto now, clock_.now(connection));
      auto orders = model::take_report(job, report, now);
      VIGIL_TRY(update_job(connection, job));
      VIGIL_TRY(publish(connection, job.id, outputs));
      VIGIL_TRY(transaction.commit());
      return orders;
    });
  }

  Result<model::Job> finish(const JobLease& lease, const model::JobOutcome& outcome,
                            const std::vector<model::JobOutput>& outputs) override {
    return database_.write([&](Connection& connection) -> Result<model::Job> {
      VIGIL_ASSIGN(auto transaction, Transaction::begin(connection));
      VIGIL_ASSIGN(auto job, leased(connection, lease));
      VIGIL_ASSIGN(auto now, clock_.now(connection));
      model::JobEvents events;
      model::end_attempt(job, outcome, now, chance(), events);
      VIGIL_TRY(publish(connection, job.id, outputs));
      VIGIL_TRY(update_job(connection, job));
      if (job.state == model::JobState::Done) VIGIL_TRY(put_found_plates(connection, job, outcome.plates));
      if (job.sole && job.state == model::JobState::Done) VIGIL_TRY(replace_older(connection, job, now));
      VIGIL_TRY(insert_events(connection, events));
      VIGIL_TRY(transaction.commit());
      return job;
    });
  }

  Result<std::vector<model::JobLitter>> litter(int limit) override {
    return database_.read([&](Connection& connection) -> Result<std::vector<model::JobLitter>> {
      VIGIL_ASSIGN(auto now, clock_.now(connection));
      VIGIL_ASSIGN(auto rows, connection.query("SELECT job_id, asset, attempts, beginnings FROM job_litter "
                                               "WHERE due_at <= ?1 ORDER BY due_at, job_id LIMIT ?2",
                                               {value(now), std::int64_t{std::clamp(limit, 1, kMaxPage)}}));
      std::vector<model::JobLitter> out;
      while (true) {
        VIGIL_ASSIGN(bool more, rows.step());
        if (!more) return out;
        out.push_back({rows.text(0), rows.text(1), static_cast<std::uint64_t>(rows.integer(2)),
                       static_cast<std::uint64_t>(rows.integer(3))});
      }
    });
  }

  Result<void> swept(const model::JobLitter& litter) override {
    return database_.write([&](Connection& connection) -> Result<void> {
      // There may be more of it by now.
      VIGIL_TRY(connection.run(
          "DELETE FROM job_litter WHERE job_id = ?1 AND attempts = ?2 AND beginnings = ?3",
          {litter.job_id, static_cast<std::int64_t>(litter.attempts), static_cast<std::int64_t>(litter.beginnings)}));
      return {};
    });
  }

  Result<int> take_over(const std::string& seat) override {
    if (seat.empty()) return 0;
    VIGIL_ASSIGN(auto ids, database_.read([&](Connection& connection) -> Result<std::vector<std::string>> {
      VIGIL_ASSIGN(auto rows,
                   connection.query("SELECT " VIGIL_JOB_COLUMNS " FROM jobs WHERE state = 'processing' ORDER BY id"));
      std::vector<std::string> out;
      while (true) {
        VIGIL_ASSIGN(bool more, rows.step());
        if (!more) return out;
        VIGIL_ASSIGN(auto job, read_job(rows));
        if (job.seat == seat) out.push_back(job.id);
      }
    }));
    int changed = 0;
    for (const auto& id : ids) {
      VIGIL_ASSIGN(bool done, database_.write([&](Connection& connection) -> Result<bool> {
        return look_after(connection, id, [&seat](model::Job& job, WallTime now, model::JobEvents& events) {
          if (job.state != model::JobState::Processing || job.seat != seat) return false;
          model::lose(job, now, chance(), events);
          return true;
        });
      }));
      changed += done ? 1 : 0;
    }
    return changed;
  }

  Result<int> look_after() override {
    VIGIL_ASSIGN(auto ids, database_.read([&](Connection& connection) -> Result<std::vector<std::string>> {
      VIGIL_ASSIGN(auto now, clock_.now(connection));
      VIGIL_ASSIGN(auto rows, connection.query("SELECT id FROM jobs WHERE watch_at <= ?1 ORDER BY watch_at LIMIT 1000",
                                               {value(now)}));
      std::vector<std::string> out;
      while (true) {
        VIGIL_ASSIGN(bool more, rows.step());
        if (!more) return out;
        out.push_back(rows.text(0));
      }
    }));
    int changed = 0;
    for (const auto& id : ids) {
      VIGIL_ASSIGN(bool done, database_.write([&](Connection& connection) -> Result<bool> {
        return look_after(connection, id, [](model::Job& job, WallTime now, model::JobEvents& events) {
          return model::look_after(job, now, chance(), events);
        });
      }));
      changed += done ? 1 : 0;
    }
    return changed;
  }

 private:
  // Those who have something due, in the order in which they are to be served. The list of owners is walked along an
  // index: it costs by the number of owners, however long their queues are.
  Result<std::vector<std::string>> waiting_owners(Connection& connection) {
    VIGIL_ASSIGN(auto now, clock_.now(connection));
    VIGIL_ASSIGN(
        auto rows,
        connection.query(
            "WITH RECURSIVE waiting(owner) AS ("
            "  SELECT (SELECT min(owner) FROM jobs WHERE state = 'queued' AND paused = 0)"
            "  UNION ALL"
            "  SELECT (SELECT min(jobs.owner) FROM jobs WHERE state = 'queued' AND paused = 0 AND jobs.owner > "
            "waiting.owner) FROM waiting WHERE waiting.owner IS NOT NULL) "
            "SELECT waiting.owner FROM waiting LEFT JOIN job_owners ON job_owners.owner = waiting.owner "
            "LEFT JOIN (SELECT owner, count(*) AS running FROM jobs WHERE state = 'processing' GROUP BY owner) AS busy "
            "ON busy.owner = waiting.owner "
            "WHERE waiting.owner IS NOT NULL AND EXISTS (SELECT 1 FROM jobs WHERE state = 'queued' AND paused = 0 AND "
            "jobs.owner = waiting.owner AND run_at <= ?1) "
            "ORDER BY coalesce(busy.running, 0), coalesce(job_owners.served_at, 0), waiting.owner",
            {value(now)}));
    std::vector<std::string> out;
    while (true) {
      VIGIL_ASSIGN(bool more, rows.step());
      if (!more) return out;
      out.push_back(rows.text(0));
    }
  }

  Result<std::optional<model::Job>> claim_of(Connection& connection, const ClaimRequest& request,
                                             const std::string& owner) {
    VIGIL_ASSIGN(auto transaction, Transaction::begin(connection));
    VIGIL_ASSIGN(auto now, clock_.now(connection));
    // Also the lock under which the owner's share is counted.
    VIGIL_TRY(
        connection.run("INSERT INTO job_owners (owner, served_at) VALUES (?1, ?2) "
                       "ON CONFLICT (owner) DO UPDATE SET served_at = excluded.served_at",
                       {owner, value(now)}));
    if (request.max_per_owner > 0) {
      VIGIL_ASSIGN(auto row,
                   connection.query("SELECT count(*) FROM jobs WHERE state = 'processing' AND owner = ?1", {owner}));
      VIGIL_TRY(row.step());
      if (row.integer(0) >= request.max_per_owner) return std::optional<model::Job>();
    }
    Conditions conditions;
    conditions.add("state = 'queued' AND paused = 0 AND owner = ? AND run_at <= ?",
                   {std::string_view(owner), value(now)});
    conditions.add_one_of("kind", request.kinds);
    std::optional<model::Job> job;
    {
      VIGIL_ASSIGN(auto row, connection.query_once(fmt::format("SELECT " VIGIL_JOB_COLUMNS
                                                               " FROM jobs{} ORDER BY priority, run_at, id LIMIT 1{}",
                                                               conditions.where(), dialect_.lock_free_row),
                                                   conditions.values()));
      VIGIL_ASSIGN(bool found, row.step());
      if (!found) return std::optional<model::Job>();
      VIGIL_ASSIGN(job, read_job(row));
    }
    model::JobEvents events;
    model::begin_attempt(*job, request.worker, request.seat, now, events);
    VIGIL_TRY(update_job(connection, *job));
    VIGIL_TRY(insert_events(connection, events));
    VIGIL_TRY(transaction.commit());
    return job;
  }

  Result<model::Job> leased(Connection& connection, const JobLease& lease) {
    auto job = lock_job(connection, dialect_, lease.job_id);
    if (!job && job.error().kind == ErrorKind::NotFound) return lease_lost();
    if (!job) return job;
    if (job->state != model::JobState::Processing || job->lease_token != lease.token) return lease_lost();
    return job;
  }

  // Of two that are done at the same moment the later one must see the first.
  Result<void> replace_older(Connection& connection, const model::Job& job, WallTime now) {
    VIGIL_TRY(
        connection.run("INSERT INTO job_owners (owner, served_at) VALUES (?1, 0) "
                       "ON CONFLICT (owner) DO UPDATE SET served_at = job_owners.served_at",
                       {job.owner}));
    std::vector<std::string> ids;
    {
      VIGIL_ASSIGN(auto rows, connection.query("SELECT id FROM jobs WHERE asset = ?1 AND kind = ?2 AND state = 'done' "
                                               "AND id <> ?3 ORDER BY id",
                                               {job.asset, job.kind, job.id}));
      while (true) {
        VIGIL_ASSIGN(bool more, rows.step());
        if (!more) break;
        ids.push_back(rows.text(0));
      }
    }
    for (const auto& id : ids) {
      VIGIL_ASSIGN(auto older, lock_job(connection, dialect_, id));
      if (model::replace(older, job, now)) VIGIL_TRY(update_job(connection, older));
    }
    return {};
  }

  static Result<void> publish(Connection& connection, const std::string& job_id,
                              const std::vector<model::JobOutput>& outputs) {
    for (const auto& output : outputs) {
      VIGIL_TRY(connection.run(
          "INSERT INTO job_outputs (job_id, name, blob, size, media_type, facts) VALUES (?1, ?2, ?3, ?4, ?5, ?6) "
          "ON CONFLICT (job_id, name) DO UPDATE SET blob = excluded.blob, size = excluded.size, "
          "media_type = excluded.media_type, facts = excluded.facts",
          {job_id, output.name, output.key, static_cast<std::int64_t>(output.size), output.media_type, output.facts}));
    }
    return {};
  }

  // `look` answers whether it changed the job.
  template <typename Look>
  Result<bool> look_after(Connection& connection, const std::string& id, Look look) {
    VIGIL_ASSIGN(auto transaction, Transaction::begin(connection));
    auto job = lock_job(connection, dialect_, id);
    if (!job && job.error().kind == ErrorKind::NotFound) return false;
    if (!job) return std::move(job).error();
    VIGIL_ASSIGN(auto now, clock_.now(connection));
    model::JobEvents events;
    if (!look(*job, now, events)) return false;
    VIGIL_TRY(update_job(connection, *job));
    VIGIL_TRY(insert_events(connection, events));
    VIGIL_TRY(transaction.commit());
    return true;
  }

  Database& database_;
  const Dialect dialect_;
  const StoreClock clock_;
};

}  // namespace

std::unique_ptr<JobRepository> make_job_repository(Database& database, const Clock& clock, const Dialect& dialect) {
  return std::make_unique<Repository>(database, clock, dialect);
}

std::unique_ptr<JobQueue> make_job_queue(Database& database, const Clock& clock, const Dialect& dialect) {
  return std::make_unique<Queue>(database, clock, dialect);
}

}  // namespace vigil::store::sql
