#include "store/uploads.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/ids.h"
#include "store/sql/found_plates.h"
#include "store/sql/job_rows.h"
#include "store/sql/repositories.h"
#include "store/sql/select.h"
#include "store/sql/upload_rows.h"
#include "store/sql/webhook_rows.h"

namespace vigil::store::sql {
namespace {

Value length_of(const model::Upload& upload) {
  if (!upload.length) return nullptr;
  return static_cast<std::int64_t>(*upload.length);
}

// What an owner has and has announced. `without`: an upload that does not count.
Result<AssetUsage> usage_of(Connection& connection, const std::string& owner, const std::string& without) {
  AssetUsage usage;
  VIGIL_ASSIGN(auto row, connection.query(
                             "SELECT (SELECT count(*) FROM assets WHERE owner = ?1), "
                             "(SELECT coalesce(sum(size), 0) FROM assets WHERE owner = ?1), "
                             "(SELECT count(*) FROM uploads WHERE owner = ?1 AND state = 'open' AND id <> ?2), "
                             "(SELECT coalesce(sum(coalesce(length, received)), 0) FROM uploads WHERE owner = ?1 AND "
                             "state = 'open' AND id <> ?2)",
                             {owner, without}));
  VIGIL_TRY(row.step());
  usage.assets = static_cast<std::uint64_t>(row.integer(0));
  usage.bytes = static_cast<std::uint64_t>(row.integer(1));
  usage.open_uploads = static_cast<std::uint64_t>(row.integer(2));
  usage.reserved = static_cast<std::uint64_t>(row.integer(3));
  return usage;
}

// Nobody else of this owner's comes in between until the transaction's end.
Result<void> lock_owner(Connection& connection, const std::string& owner) {
  VIGIL_TRY(
      connection.run("INSERT INTO job_owners (owner, served_at) VALUES (?1, 0) "
                     "ON CONFLICT (owner) DO UPDATE SET served_at = job_owners.served_at",
                     {owner}));
  return {};
}

Result<void> check_quota(Connection& connection, const model::Upload& upload, const UploadQuota& quota) {
  VIGIL_ASSIGN(auto usage, usage_of(connection, upload.owner, upload.id));
  return within_quota(usage, upload, quota);
}

Result<std::optional<model::Asset>> living_asset(Connection& connection, const std::string& owner,
                                                 const std::string& sha256) {
  VIGIL_ASSIGN(auto row, connection.query("SELECT " VIGIL_ASSET_COLUMNS
                                          " FROM assets WHERE owner = ?1 AND sha256 = ?2 AND buried = 0",
                                          {owner, sha256}));
  VIGIL_ASSIGN(bool found, row.step());
  if (!found) return std::optional<model::Asset>();
  return std::optional<model::Asset>(read_asset(row));
}

Result<model::Upload> locked(Connection& connection, const Dialect& dialect, const std::string& id) {
  const Value wanted = std::string_view(id);
  VIGIL_ASSIGN(
      auto row,
      connection.query_once(
          std::string("SELECT " VIGIL_UPLOAD_COLUMNS " FROM uploads WHERE id = ?1") + dialect.lock_row, {&wanted, 1}));
  VIGIL_ASSIGN(bool found, row.step());
  if (!found) return no_upload();
  return read_upload(row);
}

Result<std::string> queue_job(Connection& connection, model::Job job, const model::Asset& asset, WallTime now) {
  job.id = new_uuid();
  job.owner = asset.owner;
  job.asset = asset.id;
  model::JobEvents events;
  VIGIL_TRY(model::begin_job(job, now, events));
  VIGIL_ASSIGN(bool added, insert_job(connection, job));
  if (!added) return std::string();
  VIGIL_TRY(insert_events(connection, events));
  return job.id;
}

class UploadRows final : public UploadRepository {
 public:
  UploadRows(Database& database, const SecretBox& box, const Clock& clock, const Dialect& dialect)
      : database_(database), box_(box), dialect_(dialect), clock_(clock, dialect_) {}

  Result<model::Upload> insert(const model::Upload& wanted, const UploadQuota& quota,
                               const std::optional<JobWebhook>& webhook) override {
    return database_.write([&](Connection& connection) -> Result<model::Upload> {
      VIGIL_ASSIGN(auto transaction, Transaction::begin(connection));
      VIGIL_TRY(lock_owner(connection, wanted.owner));
      VIGIL_TRY(check_quota(connection, wanted, quota));
      auto upload = wanted;
      VIGIL_ASSIGN(upload.created_at, clock_.now(connection));
      upload.updated_at = upload.created_at;
      VIGIL_TRY(connection.run(
          "INSERT INTO uploads (" VIGIL_UPLOAD_COLUMNS
          ") VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13)",
          {upload.id, upload.owner, length_of(upload), static_cast<std::int64_t>(upload.received), upload.name,
           upload.type, upload.sha256, upload.asset, model::to_string(upload.state), value(upload.created_at),
           value(upload.updated_at), value(upload.expires_at), upload.direct}));
      if (webhook) VIGIL_TRY(insert_webhook(connection, box_, upload.id, *webhook, upload.created_at));
      VIGIL_TRY(transaction.commit());
      return upload;
    });
  }

  Result<std::vector<model::Upload>> find(const UploadQuery& query) override {
    Conditions conditions;
    conditions.add_equal("id", query.id);
    if (query.owner) conditions.add("owner = ?", {std::string_view(*query.owner)});
    std::vector<std::string> states;
    for (auto state : query.states) states.emplace_back(model::to_string(state));
    conditions.add_one_of("state", states);
    if (query.expired_before) conditions.add("expires_at < ?", {value(*query.expired_before)});
    if (query.forgettable)
      conditions.add(
          "NOT EXISTS (SELECT 1 FROM job_webhooks WHERE job_id = uploads.id AND (due_at IS NOT NULL OR "
          "uploads.state = 'complete' AND EXISTS (SELECT 1 FROM assets WHERE assets.id = uploads.asset AND "
          "buried = 0)))");
    return database_.read([&](Connection& connection) -> Result<std::vector<model::Upload>> {
      VIGIL_ASSIGN(auto rows,
                   connection.query_once(
                       fmt::format("SELECT " VIGIL_UPLOAD_COLUMNS " FROM uploads{} ORDER BY created_at, id LIMIT {}",
                                   conditions.where(), std::clamp(query.limit, 1, kMaxPage)),
                       conditions.values()));
      return all_of<model::Upload>(rows, read_upload);
    });
  }

  Result<model::Upload> advance(const model::Upload& wanted, const UploadQuota& quota) override {
    return database_.write([&](Connection& connection) -> Result<model::Upload> {
      VIGIL_ASSIGN(auto transaction, Transaction::begin(connection));
      VIGIL_ASSIGN(auto upload, locked(connection, dialect_, wanted.id));
      VIGIL_TRY(may_advance(upload, wanted));
      if (wanted.length && !upload.length) {
        VIGIL_TRY(lock_owner(connection, upload.owner));
        VIGIL_TRY(check_quota(connection, wanted, quota));
      }
      upload.length = wanted.length;
      upload.received = wanted.received;
      upload.asset = wanted.asset;
      upload.direct = wanted.direct;
      upload.expires_at = wanted.expires_at;
      VIGIL_ASSIGN(upload.updated_at, clock_.now(connection));
      VIGIL_TRY(
          connection.run("UPDATE uploads SET length = ?2, received = ?3, asset = ?4, expires_at = ?5, "
                         "updated_at = ?6, direct = ?7 WHERE id = ?1",
                         {upload.id, length_of(upload), static_cast<std::int64_t>(upload.received), upload.asset,
                          value(upload.expires_at), value(upload.updated_at), upload.direct}));
      VIGIL_TRY(transaction.commit());
      return upload;
    });
  }

  Result<void> close(const std::string& id, const UploadEnd& end) override {
    return database_.write([&](Connection& connection) -> Result<void> {
      VIGIL_ASSIGN(auto transaction, Transaction::begin(connection));
      auto upload = locked(connection, dialect_, id);
      if (!upload) return upload.error().kind == ErrorKind::NotFound ? Result<void>() : std::move(upload).error();
      if (upload->state != model::UploadState::Open) return {};
      VIGIL_TRY(connection.run("UPDATE uploads SET state = 'closed' WHERE id = ?1", {id}));
      upload->asset.clear();
      VIGIL_ASSIGN(auto now, clock_.now(connection));
      VIGIL_TRY(tell_of_upload(connection, *upload, end, now));
      return transaction.commit();
    });
  }

  Result<void> remove(const std::string& id) override {
    return database_.write([&](Connection& connection) -> Result<void> {
      VIGIL_ASSIGN(auto transaction, Transaction::begin(connection));
      VIGIL_TRY(connection.run("DELETE FROM uploads WHERE id = ?1", {id}));
      VIGIL_TRY(delete_webhooks(connection, id));
      VIGIL_TRY(connection.run("DELETE FROM job_events WHERE job_id = ?1", {id}));
      return transaction.commit();
    });
  }

 private:
  Database& database_;
  const SecretBox& box_;
  const Dialect dialect_;
  const StoreClock clock_;
};

class JobsAndUploads final : public Jobs, public Uploads {
 public:
  JobsAndUploads(Database& database, const SecretBox& box, const Clock& clock, const Dialect& dialect)
      : database_(database),
        dialect_(dialect),
        clock_(clock, dialect_),
        jobs_(make_job_repository(database, clock, dialect)),
        queue_(make_job_queue(database, clock, dialect)),
        log_(make_job_log(database)),
        webhooks_(make_job_webhooks(database, box, clock, dialect)),
        uploads_(database, box, clock, dialect),
        assets_(make_assets(database, clock, dialect)),
        retention_(make_retention(database)),
        expiry_(make_expiry(database, *assets_, clock, dialect)) {}

  JobRepository& jobs() override { return *jobs_; }
  JobQueue& queue() override { return *queue_; }
  JobLog& log() override { return *log_; }
  JobWebhooks& webhooks() override { return *webhooks_; }
  UploadRepository& uploads() override { return uploads_; }
  AssetRepository& assets() override { return *assets_; }
  RetentionRepository& retention() override { return *retention_; }
  Expiry& expiry() override { return *expiry_; }
  Result<AssetUsage> usage(const std::string& owner) override {
    return database_.read([&](Connection& connection) { return usage_of(connection, owner, ""); });
  }

  Result<Page<model::FoundPlate>> plates(const FoundPlateQuery& query) override {
    return database_.read([&](Connection& connection) { return find_found_plates(connection, query); });
  }

  Result<Completed> complete(const std::string& upload_id, const model::Asset& asset,
                             const std::vector<model::Job>& jobs) override {
    return database_.write([&](Connection& connection) -> Result<Completed> {
      VIGIL_ASSIGN(auto transaction, Transaction::begin(connection));
      VIGIL_TRY(lock_owner(connection, asset.owner));
      VIGIL_ASSIGN(auto upload, locked(connection, dialect_, upload_id));
      VIGIL_ASSIGN(auto now, clock_.now(connection));
      Completed done{asset, false, ""};
      VIGIL_ASSIGN(auto present, living_asset(connection, asset.owner, asset.sha256));
      if (upload.state == model::UploadState::Closed) return no_upload();
      if (upload.state == model::UploadState::Complete && !present) return no_asset();
      if (present) {
        done = {*present, present->id != asset.id, ""};
      } else {
        done.asset.created_at = now;
        VIGIL_TRY(connection.run("INSERT INTO assets (" VIGIL_ASSET_COLUMNS
                                 ", buried) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, 0, '', '', '', '', 0)",
                                 {asset.id, asset.owner, asset.sha256, static_cast<std::int64_t>(asset.size),
                                  asset.name, asset.type, asset.media_type, asset.key, value(now)}));
        for (const auto& job : jobs) {
          VIGIL_ASSIGN(const auto queued, queue_job(connection, job, asset, now));
          if (done.job_id.empty()) done.job_id = queued;
        }
      }
      VIGIL_TRY(connection.run("UPDATE uploads SET state = 'complete', asset = ?2, updated_at = ?3 WHERE id = ?1",
                               {upload_id, done.asset.id, value(now)}));
      if (upload.state == model::UploadState::Open) {
        upload.asset = done.asset.id;
        VIGIL_TRY(tell_of_upload(connection, upload, {"upload.completed"}, now));
      }
      VIGIL_TRY(transaction.commit());
      return done;
    });
  }

 private:
  Database& database_;
  const Dialect dialect_;
  const StoreClock clock_;
  std::unique_ptr<JobRepository> jobs_;
  std::unique_ptr<JobQueue> queue_;
  std::unique_ptr<JobLog> log_;
  std::unique_ptr<JobWebhooks> webhooks_;
  UploadRows uploads_;
  std::unique_ptr<AssetRepository> assets_;
  std::unique_ptr<RetentionRepository> retention_;
  std::unique_ptr<Expiry> expiry_;
};

}  // namespace

Work make_work(Database& database, const SecretBox& box, const Clock& clock, const Dialect& dialect) {
  auto both = std::make_shared<JobsAndUploads>(database, box, clock, dialect);
  return {both, both};
}

}  // namespace vigil::store::sql
