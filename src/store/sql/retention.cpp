#include "store/retention.h"

#include <fmt/format.h>

#include <algorithm>

#include "store/sql/job_rows.h"
#include "store/sql/repositories.h"
#include "store/uploads.h"

namespace vigil::store::sql {
namespace {

using std::chrono::seconds;

Value value_of(const std::optional<seconds>& time) {
  if (!time) return nullptr;
  return std::int64_t{time->count()};
}

std::optional<seconds> read_seconds(const Query& row, int column) {
  if (row.null(column)) return std::nullopt;
  return seconds(row.integer(column));
}

class Retentions final : public RetentionRepository {
 public:
  explicit Retentions(Database& database) : database_(database) {}

  Result<Retention> get(const std::string& owner) override {
    return database_.read([&](Connection& connection) -> Result<Retention> {
      VIGIL_ASSIGN(auto row,
                   connection.query("SELECT files, pictures, findings, jobs FROM retention WHERE owner = ?1", {owner}));
      VIGIL_ASSIGN(bool found, row.step());
      return found ? read(row, 0) : Retention();
    });
  }

  Result<std::vector<OwnedRetention>> list() override {
    return database_.read([&](Connection& connection) -> Result<std::vector<OwnedRetention>> {
      VIGIL_ASSIGN(auto rows,
                   connection.query("SELECT owner, files, pictures, findings, jobs FROM retention ORDER BY owner"));
      std::vector<OwnedRetention> out;
      while (true) {
        VIGIL_ASSIGN(bool more, rows.step());
        if (!more) return out;
        out.push_back({rows.text(0), read(rows, 1)});
      }
    });
  }

  Result<void> put(const std::string& owner, const Retention& keep) override {
    return database_.write([&](Connection& connection) -> Result<void> {
      if (keep.empty()) {
        VIGIL_TRY(connection.run("DELETE FROM retention WHERE owner = ?1", {owner}));
        return {};
      }
      VIGIL_TRY(connection.run(
          "INSERT INTO retention (owner, files, pictures, findings, jobs) VALUES (?1, ?2, ?3, ?4, ?5) "
          "ON CONFLICT (owner) DO UPDATE SET files = excluded.files, pictures = excluded.pictures, "
          "findings = excluded.findings, jobs = excluded.jobs",
          {owner, value_of(keep.files), value_of(keep.pictures), value_of(keep.findings), value_of(keep.jobs)}));
      return {};
    });
  }

 private:
  static Retention read(const Query& row, int first) {
    return {read_seconds(row, first), read_seconds(row, first + 1), read_seconds(row, first + 2),
            read_seconds(row, first + 3)};
  }
  Database& database_;
};

// ?1: now, ?2: what holds for everybody, ?3: how many at most. {0}: the column of the kind.
constexpr const char* kOver = "coalesce(retention.{0}, ?2) > 0 AND {1} < ?1 - coalesce(retention.{0}, ?2) * 1000000 ";

std::string due_statement(KeptKind kind) {
  const auto over = [&](const char* since) { return fmt::format(fmt::runtime(kOver), to_string(kind), since); };
  if (kind == KeptKind::Files) {
    return "SELECT assets.id FROM assets LEFT JOIN retention ON retention.owner = assets.owner "
           "WHERE assets.buried = 0 AND assets.held = 0 AND " +
           over("assets.created_at") + "ORDER BY assets.created_at, assets.id LIMIT ?3";
  }
  const std::string outputs = "EXISTS (SELECT 1 FROM job_outputs WHERE job_outputs.job_id = jobs.id) ";
  // What was made of a file that is gone, is gone with it.
  const auto which =
      kind == KeptKind::Jobs
          ? "(assets.id IS NULL OR NOT " + outputs +
                ") AND NOT EXISTS (SELECT 1 FROM job_webhooks WHERE job_webhooks.job_id = jobs.id AND due_at IS NOT "
                "NULL) "
          : fmt::format("jobs.kind = '{}' AND {}", kind == KeptKind::Pictures ? "extract" : "analyse", outputs);
  return "SELECT jobs.id FROM jobs LEFT JOIN retention ON retention.owner = jobs.owner "
         "LEFT JOIN assets ON assets.id = jobs.asset AND assets.buried = 0 "
         "WHERE jobs.finished_at IS NOT NULL AND coalesce(assets.held, 0) = 0 AND " +
         over("jobs.finished_at") + "AND " + which + "ORDER BY jobs.finished_at, jobs.id LIMIT ?3";
}

class Expiries final : public Expiry {
 public:
  Expiries(Database& database, AssetRepository& assets, const Clock& clock, const Dialect& dialect)
      : database_(database), assets_(assets), dialect_(dialect), clock_(clock, dialect_) {}

  Result<std::vector<std::string>> due(KeptKind kind, seconds everybody, WallTime now, int limit) override {
    const auto anybody = fmt::format("SELECT 1 FROM retention WHERE {} > 0 LIMIT 1", to_string(kind));
    const auto statement = due_statement(kind);
    return database_.read([&](Connection& connection) -> Result<std::vector<std::string>> {
      std::vector<std::string> out;
      if (everybody.count() <= 0) {
        VIGIL_ASSIGN(auto row, connection.query_once(anybody, {}));
        VIGIL_ASSIGN(bool any, row.step());
        if (!any) return out;
      }
      const Value values[] = {value(now), std::int64_t{everybody.count()},
                              std::int64_t{std::clamp(limit, 1, kMaxPage)}};
      VIGIL_ASSIGN(auto rows, connection.query_once(statement, values));
      while (true) {
        VIGIL_ASSIGN(bool more, rows.step());
        if (!more) return out;
        out.push_back(rows.text(0));
      }
    });
  }

  Result<void> end(KeptKind kind, const std::string& id) override {
    if (kind == KeptKind::Files) return assets_.bury(id);
    return database_.write([&](Connection& connection) -> Result<void> {
      VIGIL_ASSIGN(auto transaction, Transaction::begin(connection));
      VIGIL_ASSIGN(auto job, lock_job(connection, dialect_, id));
      VIGIL_TRY(not_held(connection, job.asset));
      VIGIL_ASSIGN(auto now, clock_.now(connection));
      model::JobEvents events;
      VIGIL_TRY(model::clear_outputs(job, now, events));
      if (kind == KeptKind::Jobs) {
        VIGIL_TRY(delete_job(connection, job, now));
        return transaction.commit();
      }
      VIGIL_TRY(update_job(connection, job));
      VIGIL_TRY(insert_events(connection, events));
      return transaction.commit();
    });
  }

 private:
  Result<void> not_held(Connection& connection, const std::string& asset) {
    const Value wanted = std::string_view(asset);
    VIGIL_ASSIGN(auto row, connection.query_once(
                               std::string("SELECT held FROM assets WHERE id = ?1 AND buried = 0") + dialect_.lock_row,
                               {&wanted, 1}));
    VIGIL_ASSIGN(bool found, row.step());
    if (found && row.integer(0) != 0) return must_be_kept();
    return {};
  }

  Database& database_;
  AssetRepository& assets_;
  const Dialect dialect_;
  const StoreClock clock_;
};

}  // namespace

std::unique_ptr<RetentionRepository> make_retention(Database& database) {
  return std::make_unique<Retentions>(database);
}

std::unique_ptr<Expiry> make_expiry(Database& database, AssetRepository& assets, const Clock& clock,
                                    const Dialect& dialect) {
  return std::make_unique<Expiries>(database, assets, clock, dialect);
}

}  // namespace vigil::store::sql
