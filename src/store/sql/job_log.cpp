#include <algorithm>

#include "store/sql/job_rows.h"
#include "store/sql/repositories.h"
#include "store/sql/select.h"

namespace vigil::store::sql {
namespace {

Result<std::vector<model::JobEvent>> read_events(Query& rows) {
  std::vector<model::JobEvent> out;
  while (true) {
    VIGIL_ASSIGN(bool more, rows.step());
    if (!more) return out;
    VIGIL_ASSIGN(auto event, read_job_event(rows));
    out.push_back(std::move(event));
  }
}

class Log final : public JobLog {
 public:
  explicit Log(Database& database) : database_(database) {}

  Result<std::vector<model::JobEvent>> events(const std::string& job_id, std::uint64_t after, int limit) override {
    return database_.read([&](Connection& connection) -> Result<std::vector<model::JobEvent>> {
      VIGIL_ASSIGN(auto rows, connection.query("SELECT " VIGIL_JOB_EVENT_COLUMNS
                                               " FROM job_events WHERE job_id = ?1 AND sequence > ?2 ORDER BY sequence "
                                               "LIMIT ?3",
                                               {job_id, static_cast<std::int64_t>(after),
                                                std::int64_t{std::clamp(limit, 1, kMaxPage)}}));
      return read_events(rows);
    });
  }

  Result<std::vector<model::JobEvent>> since(std::uint64_t after, int limit) override {
    return database_.read([&](Connection& connection) -> Result<std::vector<model::JobEvent>> {
      VIGIL_ASSIGN(auto rows,
                   connection.query("SELECT " VIGIL_JOB_EVENT_COLUMNS
                                    " FROM job_events WHERE sequence > ?1 ORDER BY sequence LIMIT ?2",
                                    {static_cast<std::int64_t>(after), std::int64_t{std::clamp(limit, 1, kMaxPage)}}));
      return read_events(rows);
    });
  }

  Result<std::uint64_t> newest() override {
    return database_.read([&](Connection& connection) -> Result<std::uint64_t> {
      VIGIL_ASSIGN(auto row, connection.query("SELECT coalesce(max(sequence), 0) FROM job_events"));
      VIGIL_TRY(row.step());
      return static_cast<std::uint64_t>(row.integer(0));
    });
  }

  Result<std::vector<model::JobEvent>> unsent(int limit) override {
    return database_.read([&](Connection& connection) -> Result<std::vector<model::JobEvent>> {
      VIGIL_ASSIGN(auto rows, connection.query("SELECT " VIGIL_JOB_EVENT_COLUMNS
                                               " FROM job_events WHERE sent = 0 ORDER BY sequence LIMIT ?1",
                                               {std::int64_t{std::clamp(limit, 1, kMaxPage)}}));
      return read_events(rows);
    });
  }

  Result<void> mark_sent(const std::vector<std::uint64_t>& sequences) override {
    if (sequences.empty()) return {};
    return database_.write([&](Connection& connection) -> Result<void> {
      VIGIL_ASSIGN(auto transaction, Transaction::begin(connection));
      for (auto sequence : sequences) {
        VIGIL_TRY(connection.run("UPDATE job_events SET sent = 1 WHERE sequence = ?1",
                                 {static_cast<std::int64_t>(sequence)}));
      }
      return transaction.commit();
    });
  }

  Result<std::vector<model::JobOutput>> outputs(const std::string& job_id, const std::string& after,
                                                int limit) override {
    return database_.read([&](Connection& connection) -> Result<std::vector<model::JobOutput>> {
      VIGIL_ASSIGN(auto rows, connection.query("SELECT name, blob, size, media_type, facts FROM job_outputs "
                                               "WHERE job_id = ?1 AND name > ?2 ORDER BY name LIMIT ?3",
                                               {job_id, after, std::int64_t{std::clamp(limit, 1, kMaxPage)}}));
      std::vector<model::JobOutput> out;
      while (true) {
        VIGIL_ASSIGN(bool more, rows.step());
        if (!more) return out;
        out.push_back(
            {rows.text(0), rows.text(1), static_cast<std::uint64_t>(rows.integer(2)), rows.text(3), rows.text(4)});
      }
    });
  }

  Result<JobFigures> figures() override {
    return database_.read([&](Connection& connection) -> Result<JobFigures> {
      JobFigures figures;
      {
        VIGIL_ASSIGN(
            auto rows,
            connection.query("SELECT kind, state, count(*) FROM jobs GROUP BY kind, state ORDER BY kind, state"));
        while (true) {
          VIGIL_ASSIGN(bool more, rows.step());
          if (!more) break;
          auto state = model::job_state_from(rows.text(1));
          if (state) figures.counts.push_back({rows.text(0), *state, static_cast<std::uint64_t>(rows.integer(2))});
        }
      }
      VIGIL_ASSIGN(auto row, connection.query("SELECT min(run_at) FROM jobs WHERE state = 'queued' AND paused = 0"));
      VIGIL_TRY(row.step());
      figures.oldest_due = row.optional_time(0);
      return figures;
    });
  }

 private:
  Database& database_;
};

}  // namespace

std::unique_ptr<JobLog> make_job_log(Database& database) {
  return std::make_unique<Log>(database);
}

}  // namespace vigil::store::sql
