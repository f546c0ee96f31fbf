#include <fmt/format.h>
#include <sys/statvfs.h>

#include "store/sql/repositories.h"

namespace vigil::store::sql {
namespace {

class SqlStore final : public Store {
 public:
  SqlStore(Parts parts, const Clock& clock)
      : dir_(std::move(parts.dir)),
        box_(std::move(parts.key)),
        database_(std::move(parts.database)),
        bytes_(std::move(parts.bytes)),
        cameras_(make_cameras(*database_, box_, clock)),
        users_(make_users(*database_, clock)),
        sessions_(make_sessions(*database_, clock)),
        api_keys_(make_api_keys(*database_, clock)),
        layouts_(make_layouts(*database_, clock)),
        settings_(make_server_settings(*database_, clock)),
        records_(make_records(*database_)),
        work_(make_work(*database_, box_, clock, parts.dialect)) {}

  CameraRepository& cameras() override { return *cameras_; }
  UserRepository& users() override { return *users_; }
  SessionRepository& sessions() override { return *sessions_; }
  ApiKeyRepository& api_keys() override { return *api_keys_; }
  LayoutRepository& layouts() override { return *layouts_; }
  ServerSettingsRepository& settings() override { return *settings_; }
  Records& records() override { return *records_; }
  Jobs& jobs() override { return *work_.jobs; }
  Uploads& uploads() override { return *work_.uploads; }
  Secret instance_key(std::string_view purpose) const override {
    return box_.derive(fmt::format("instance {}", purpose));
  }

  StoreHealth health() override {
    StoreHealth health;
    struct statvfs space {};
    if (::statvfs(dir_->file("").c_str(), &space) == 0)
      health.free_bytes = std::uint64_t{space.f_bavail} * space.f_frsize;
    auto answer = database_->read([](Connection& connection) -> Result<bool> {
      VIGIL_ASSIGN(auto rows, connection.query("SELECT count(*) FROM instance"));
      VIGIL_TRY(rows.step());
      return rows.integer(0) == 1;
    });
    health.detail = !answer    ? answer.error().message
                    : !*answer ? "the database has lost its identity"
                               : database_->trouble();
    health.ok = health.detail.empty();
    if (answer) health.bytes = bytes_(*dir_, *database_);
    return health;
  }

  void hurry(Nanos limit) override { database_->hurry(limit); }

 private:
  // In this order: the folder's lock is given back last.
  std::unique_ptr<DataDir> dir_;
  SecretBox box_;
  std::unique_ptr<Database> database_;
  std::function<std::uint64_t(const DataDir&, Database&)> bytes_;
  std::unique_ptr<CameraRepository> cameras_;
  std::unique_ptr<UserRepository> users_;
  std::unique_ptr<SessionRepository> sessions_;
  std::unique_ptr<ApiKeyRepository> api_keys_;
  std::unique_ptr<LayoutRepository> layouts_;
  std::unique_ptr<ServerSettingsRepository> settings_;
  std::unique_ptr<Records> records_;
  Work work_;
};

Result<bool> has_credentials(Connection& connection) {
  VIGIL_ASSIGN(auto rows, connection.query("SELECT count(*) FROM cameras WHERE credentials IS NOT NULL"));
  VIGIL_TRY(rows.step());
  return rows.integer(0) != 0;
}

}  // namespace

std::unique_ptr<Store> make_store(Parts parts, const Clock& clock) {
  return std::make_unique<SqlStore>(std::move(parts), clock);
}

Result<Secret> match_key(Connection& connection, const DataDir& dir, std::string_view name) {
  auto path = dir.file("secret.key");
  std::string uuid, check;
  {
    VIGIL_ASSIGN(auto rows, connection.query("SELECT uuid, key_check FROM instance"));
    VIGIL_ASSIGN(bool known, rows.step());
    if (known) {
      uuid = rows.text(0);
      check = rows.text(1);
    }
  }
  if (!uuid.empty() && uuid != dir.instance()) {
    return make_error(ErrorKind::FailedPrecondition,
                      fmt::format("{0} belongs to another instance than vigil.json: restore vigil.json, {0} and "
                                  "secret.key together",
                                  name),
                      "store.other_instance");
  }
  VIGIL_ASSIGN(bool needed, has_credentials(connection));
  auto key = read_key_file(path);
  if (!key && (needed || key.error().kind != ErrorKind::NotFound)) {
    if (key.error().kind != ErrorKind::NotFound) return key;
    return make_error(
        ErrorKind::FailedPrecondition,
        fmt::format("{} is missing, and camera passwords are stored that only it can decrypt: restore it from a backup",
                    path),
        "store.key");
  }
  if (!key) {
    key = make_key_file(path);
    if (!key) return key;
  }
  auto own = SecretBox(*key).check_value();
  if (own == check) return key;
  if (needed) {
    return make_error(
        ErrorKind::FailedPrecondition,
        fmt::format(
            "{} is not the key that the stored camera passwords were encrypted with: restore the right one from "
            "a backup",
            path),
        "store.key");
  }
  VIGIL_TRY(
      connection.run("INSERT INTO instance (only_row, uuid, key_check) VALUES (1, ?1, ?2) "
                     "ON CONFLICT (only_row) DO UPDATE SET key_check = excluded.key_check",
                     {dir.instance(), Blob{own}}));
  return key;
}

}  // namespace vigil::store::sql
