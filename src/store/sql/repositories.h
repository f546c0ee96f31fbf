#pragma once

#include <functional>
#include <memory>
#include <string_view>

#include "base/clock.h"
#include "store/data_dir.h"
#include "store/jobs.h"
#include "store/records.h"
#include "store/repositories.h"
#include "store/secret_box.h"
#include "store/sql/database.h"
#include "store/sql/dialect.h"
#include "store/track_numbers.h"
#include "store/uploads.h"

// The repositories over any SQL database; all references must outlive them.

namespace vigil::store::sql {

std::unique_ptr<CameraRepository> make_cameras(Database& database, const SecretBox& box, const Clock& clock);
std::unique_ptr<UserRepository> make_users(Database& database, const Clock& clock);
std::unique_ptr<SessionRepository> make_sessions(Database& database, const Clock& clock);
std::unique_ptr<ApiKeyRepository> make_api_keys(Database& database, const Clock& clock);
std::unique_ptr<LayoutRepository> make_layouts(Database& database, const Clock& clock);
std::unique_ptr<ServerSettingsRepository> make_server_settings(Database& database, const Clock& clock);
std::unique_ptr<Records> make_records(Database& database);
std::unique_ptr<RecordLog> make_record_log(Database& database);
std::unique_ptr<TrackNumberRepository> make_track_numbers(Database& database);
std::unique_ptr<JobRepository> make_job_repository(Database& database, const Clock& clock, const Dialect& dialect);
std::unique_ptr<JobQueue> make_job_queue(Database& database, const Clock& clock, const Dialect& dialect);
std::unique_ptr<JobLog> make_job_log(Database& database);
std::unique_ptr<JobWebhooks> make_job_webhooks(Database& database, const SecretBox& box, const Clock& clock,
                                               const Dialect& dialect);
std::unique_ptr<AssetRepository> make_assets(Database& database, const Clock& clock, const Dialect& dialect);
std::unique_ptr<RetentionRepository> make_retention(Database& database);
std::unique_ptr<Expiry> make_expiry(Database& database, AssetRepository& assets, const Clock& clock,
                                    const Dialect& dialect);
// Jobs and uploads share transactions: an upload that is complete queues a job.
struct Work {
  std::shared_ptr<Jobs> jobs;
  std::shared_ptr<Uploads> uploads;
};
Work make_work(Database& database, const SecretBox& box, const Clock& clock, const Dialect& dialect);

// The secret key of the data directory, made where there is none yet. The database, its key and the folder must belong
// together: FailedPrecondition, naming what to restore. `name`: of the database, for people.
Result<Secret> match_key(Connection& connection, const DataDir& dir, std::string_view name);

// A store over a database that has its schema. `bytes`: how large the database is, asked each time.
struct Parts {
  std::unique_ptr<DataDir> dir;
  Secret key;
  std::unique_ptr<Database> database;
  std::function<std::uint64_t(const DataDir&, Database&)> bytes;
  Dialect dialect = {};
};
std::unique_ptr<Store> make_store(Parts parts, const Clock& clock);

}  // namespace vigil::store::sql
