#include "store/sqlite/store.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

#include "store/files.h"
#include "store/sql/repositories.h"
#include "store/sqlite/database.h"
#include "store/sqlite/migrations.h"

namespace vigil::store::sqlite {
namespace {

std::uint64_t bytes_of(const DataDir& dir, sql::Database&) {
  std::uint64_t bytes = 0;
  for (const char* name : {"vigil.db", "vigil.db-wal"}) {
    struct stat status {};
    if (::stat(dir.file(name).c_str(), &status) == 0) bytes += static_cast<std::uint64_t>(status.st_size);
  }
  return bytes;
}

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

}  // namespace

Result<std::unique_ptr<Store>> open(std::unique_ptr<DataDir> dir, const Clock& clock) {
  auto path = dir->file("vigil.db");
  VIGIL_TRY(prepare_file(*dir, path));
  VIGIL_ASSIGN(auto writer, Connection::open(path, Connection::Mode::ReadWrite));
  VIGIL_TRY(check_integrity(*writer, path));
  VIGIL_TRY(migrate(*writer));
  VIGIL_ASSIGN(auto key, sql::match_key(*writer, *dir, "vigil.db"));
  VIGIL_TRY(dir->set_ready());
  VIGIL_ASSIGN(auto reader, Connection::open(path, Connection::Mode::ReadOnly));
  auto database = std::make_unique<Database>(std::move(writer), std::move(reader));
  return sql::make_store({std::move(dir), std::move(key), std::move(database), bytes_of}, clock);
}

}  // namespace vigil::store::sqlite
