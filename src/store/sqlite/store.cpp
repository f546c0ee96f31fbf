#include "store/sqlite/store.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <cerrno>

#include "base/log.h"
#include "store/files.h"
#include "store/open.h"
#include "store/sqlite/migrations.h"

namespace vigil::store {
namespace sqlite {

std::string Database::trouble() const {
  MutexLock lock(trouble_mutex_);
  return trouble_;
}

void Database::note(const Error* error) {
  // A camera that is not there says nothing about the database.
  bool bad = error != nullptr && (error->kind == ErrorKind::StorageFull || error->kind == ErrorKind::Unavailable ||
                                  error->kind == ErrorKind::DataLoss || error->kind == ErrorKind::PermissionDenied ||
                                  error->kind == ErrorKind::Internal);
  if (error != nullptr && !bad) return;
  MutexLock lock(trouble_mutex_);
  trouble_ = bad ? error->message : "";
}

namespace {

class SqliteStore final : public Store {
 public:
  SqliteStore(std::unique_ptr<DataDir> dir, Secret key, std::unique_ptr<Connection> writer,
              std::unique_ptr<Connection> reader, const Clock& clock)
      : dir_(std::move(dir)),
        box_(std::move(key)),
        database_(std::move(writer), std::move(reader)),
        cameras_(make_cameras(database_, box_, clock)),
        users_(make_users(database_, clock)),
        sessions_(make_sessions(database_, clock)),
        api_keys_(make_api_keys(database_, clock)) {}

  CameraRepository& cameras() override { return *cameras_; }
  UserRepository& users() override { return *users_; }
  SessionRepository& sessions() override { return *sessions_; }
  ApiKeyRepository& api_keys() override { return *api_keys_; }
  Secret instance_key(std::string_view purpose) const override {
    return box_.derive(fmt::format("instance {}", purpose));
  }

  StoreHealth health() override {
    StoreHealth health;
    for (const char* name : {"vigil.db", "vigil.db-wal"}) {
      struct stat status {};
      if (::stat(dir_->file(name).c_str(), &status) == 0) health.bytes += static_cast<std::uint64_t>(status.st_size);
    }
    struct statvfs space {};
    if (::statvfs(dir_->file("").c_str(), &space) == 0)
      health.free_bytes = std::uint64_t{space.f_bavail} * space.f_frsize;
    auto answer = database_.read([](Connection& connection) -> Result<bool> {
      VIGIL_ASSIGN(auto rows, connection.query("SELECT count(*) FROM instance"));
      VIGIL_TRY(rows.step());
      return rows.integer(0) == 1;
    });
    health.detail = !answer    ? answer.error().message
                    : !*answer ? "the database has lost its identity"
                               : database_.trouble();
    health.ok = health.detail.empty();
    return health;
  }

 private:
  // In this order: the folder's lock is given back last.
  std::unique_ptr<DataDir> dir_;
  SecretBox box_;
  Database database_;
  std::unique_ptr<CameraRepository> cameras_;
  std::unique_ptr<UserRepository> users_;
  std::unique_ptr<SessionRepository> sessions_;
  std::unique_ptr<ApiKeyRepository> api_keys_;
};

// SQLite makes its log and shared-memory files with the rights of the database file.
Result<void> prepare_file(const DataDir& dir, const std::string& path) {
  struct stat status {};
  bool missing = ::lstat(path.c_str(), &status) != 0;
  if (missing && errno != ENOENT) return file_error(errno, "open", path);
  if (dir.ready() && (missing || status.st_size == 0)) {
    return make_error(
        ErrorKind::DataLoss,
        fmt::format(
            "{} is missing or empty, but this data directory has been used before: restore it from a backup, or "
            "choose an empty folder to begin anew",
            path),
        "store.missing");
  }
  int fd = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
  if (fd < 0) return file_error(errno, "open", path);
  bool safe = ::fchmod(fd, 0600) == 0;
  int number = errno;
  ::close(fd);
  if (!safe) return file_error(number, "protect", path);
  return {};
}

Result<void> check_integrity(Connection& connection, const std::string& path) {
  VIGIL_ASSIGN(auto rows, connection.query("PRAGMA quick_check(5)"));
  VIGIL_ASSIGN(bool more, rows.step());
  if (more && rows.text(0) == "ok") return {};
  auto said = more ? rows.text(0) : std::string("no answer");
  return make_error(ErrorKind::DataLoss, fmt::format("{} is damaged ({}): restore it from a backup", path, said),
                    "store.damaged");
}

Result<bool> has_credentials(Connection& connection) {
  VIGIL_ASSIGN(auto rows, connection.query("SELECT EXISTS (SELECT 1 FROM cameras WHERE credentials IS NOT NULL)"));
  VIGIL_TRY(rows.step());
  return rows.integer(0) != 0;
}

// The database and the key must belong together, and both to the folder.
Result<Secret> match_key(Connection& connection, const DataDir& dir) {
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
    return make_error(
        ErrorKind::FailedPrecondition,
        "vigil.db belongs to another instance than vigil.json: restore vigil.json, vigil.db and secret.key together",
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

}  // namespace
}  // namespace sqlite

Result<std::unique_ptr<Store>> open_store(const OpenOptions& options) {
  using sqlite::Connection;
  auto& clock = options.clock != nullptr ? *options.clock : system_clock();
  VIGIL_ASSIGN(auto dir, DataDir::open(options.data_dir, options.allow_network_fs, clock.wall()));
  auto path = dir->file("vigil.db");
  VIGIL_TRY(sqlite::prepare_file(*dir, path));
  VIGIL_ASSIGN(auto writer, Connection::open(path, Connection::Mode::ReadWrite));
  VIGIL_TRY(sqlite::check_integrity(*writer, path));
  VIGIL_TRY(sqlite::migrate(*writer));
  VIGIL_ASSIGN(auto key, sqlite::match_key(*writer, *dir));
  VIGIL_TRY(dir->set_ready());
  VIGIL_ASSIGN(auto reader, Connection::open(path, Connection::Mode::ReadOnly));
  return std::unique_ptr<Store>(std::make_unique<sqlite::SqliteStore>(std::move(dir), std::move(key), std::move(writer),
                                                                      std::move(reader), clock));
}

}  // namespace vigil::store
