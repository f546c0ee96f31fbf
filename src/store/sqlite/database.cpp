#include "store/sqlite/database.h"

#include <fmt/format.h>
#include <sqlite3.h>

#include <cerrno>
#include <utility>

namespace vigil::store::sqlite {

using sql::Blob;
using sql::Query;
using sql::Value;

namespace {

constexpr int kBusyMilliseconds = 5000;

int bind(sqlite3_stmt* statement, int index, const Value& value) {
  if (const auto* number = std::get_if<std::int64_t>(&value)) return sqlite3_bind_int64(statement, index, *number);
  if (const auto* number = std::get_if<double>(&value)) return sqlite3_bind_double(statement, index, *number);
  // The caller's bytes live until the query has been stepped through or are copied: transient is safe and they are
  // small.
  if (const auto* text = std::get_if<std::string_view>(&value)) {
    return sqlite3_bind_text64(statement, index, text->data() != nullptr ? text->data() : "", text->size(),
                               SQLITE_TRANSIENT, SQLITE_UTF8);
  }
  if (const auto* blob = std::get_if<Blob>(&value)) {
    return sqlite3_bind_blob64(statement, index, blob->bytes.data(), blob->bytes.size(), SQLITE_TRANSIENT);
  }
  return sqlite3_bind_null(statement, index);
}

int bind_all(sqlite3_stmt* statement, std::span<const Value> values) {
  int index = 0;
  for (const auto& item : values) {
    if (int code = bind(statement, ++index, item); code != SQLITE_OK) return code;
  }
  return SQLITE_OK;
}

// Resets the statement when it is done with; ends it where it was made for one time.
class StatementRows final : public sql::Rows {
 public:
  StatementRows(const Connection& connection, sqlite3_stmt* statement, bool once)
      : connection_(connection), statement_(statement), once_(once) {}
  StatementRows(const StatementRows&) = delete;
  StatementRows& operator=(const StatementRows&) = delete;
  ~StatementRows() override {
    if (once_) {
      sqlite3_finalize(statement_);
      return;
    }
    sqlite3_reset(statement_);
    sqlite3_clear_bindings(statement_);
  }

  Result<bool> step() override {
    int code = sqlite3_step(statement_);
    if (code == SQLITE_ROW) return true;
    if (code == SQLITE_DONE) return false;
    return connection_.error(code);
  }
  bool null(int column) const override { return sqlite3_column_type(statement_, column) == SQLITE_NULL; }
  std::int64_t integer(int column) const override { return sqlite3_column_int64(statement_, column); }
  double real(int column) const override { return sqlite3_column_double(statement_, column); }
  std::string text(int column) const override {
    const void* bytes = sqlite3_column_blob(statement_, column);
    auto size = static_cast<std::size_t>(sqlite3_column_bytes(statement_, column));
    return bytes == nullptr ? std::string() : std::string(static_cast<const char*>(bytes), size);
  }

 private:
  const Connection& connection_;
  sqlite3_stmt* statement_;
  const bool once_;
};

}  // namespace

Result<std::unique_ptr<Connection>> Connection::open(const std::string& path, Mode mode) {
  std::unique_ptr<Connection> made(new Connection(path));
  // The owner's lock makes SQLite's own unnecessary. The reader is opened writable too (a read-only connection cannot
  // recover a write-ahead log) and then forbidden to write.
  int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_NOFOLLOW | SQLITE_OPEN_EXRESCODE;
  int code = sqlite3_open_v2(path.c_str(), &made->handle_, flags, nullptr);
  if (code != SQLITE_OK) return made->error(code);
  sqlite3_busy_timeout(made->handle_, kBusyMilliseconds);
  sqlite3_db_config(made->handle_, SQLITE_DBCONFIG_DEFENSIVE, 1, nullptr);
  VIGIL_TRY(
      made->script("PRAGMA cell_size_check = ON; PRAGMA foreign_keys = ON;"
                   "PRAGMA temp_store = MEMORY;"));
  if (mode == Mode::ReadOnly) {
    VIGIL_TRY(made->script("PRAGMA query_only = ON;"));
  } else {
    // FULL: what was acknowledged survives a power cut, not only a crash. Deleted credentials are overwritten.
    VIGIL_TRY(
        made->script("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA secure_delete = ON;"
                     "PRAGMA journal_size_limit = 16777216;"));
  }
  return made;
}

Connection::~Connection() {
  for (auto& [sql, statement] : statements_) sqlite3_finalize(statement);
  sqlite3_close(handle_);
}

Result<Query> Connection::query(const char* sql, std::span<const Value> values) {
  auto& statement = statements_[sql];
  if (statement == nullptr) {
    int code = sqlite3_prepare_v3(handle_, sql, -1, SQLITE_PREPARE_PERSISTENT, &statement, nullptr);
    if (code != SQLITE_OK) return error(code);
  }
  Query made(std::make_unique<StatementRows>(*this, statement, false));
  if (int code = bind_all(statement, values); code != SQLITE_OK) return error(code);
  return made;
}

Result<Query> Connection::query_once(const std::string& sql, std::span<const Value> values) {
  sqlite3_stmt* statement = nullptr;
  int code = sqlite3_prepare_v3(handle_, sql.c_str(), -1, 0, &statement, nullptr);
  if (code != SQLITE_OK) return error(code);
  Query made(std::make_unique<StatementRows>(*this, statement, true));
  code = bind_all(statement, values);
  if (code != SQLITE_OK) return error(code);
  return made;
}

Result<int> Connection::run(const char* sql, std::span<const Value> values) {
  VIGIL_ASSIGN(auto running, query(sql, values));
  VIGIL_TRY(running.step());
  return sqlite3_changes(handle_);
}

Result<void> Connection::script(const std::string& sql) {
  int code = sqlite3_exec(handle_, sql.c_str(), nullptr, nullptr, nullptr);
  if (code != SQLITE_OK) return error(code);
  return {};
}

Error Connection::error(int code) const {
  int number = handle_ != nullptr ? sqlite3_system_errno(handle_) : 0;
  auto said = fmt::format("{}: {}", path_, handle_ != nullptr ? sqlite3_errmsg(handle_) : sqlite3_errstr(code));
  auto full = make_error(ErrorKind::StorageFull, fmt::format("{}: no space left on its disk", path_), "store.full");
  switch (code & 0xff) {
    case SQLITE_FULL:
      return full;
    case SQLITE_IOERR:
      // SQLite tells a full disk apart only where it writes pages, not where it grows the shared-memory file.
      if (number == ENOSPC || number == EDQUOT) return full;
      return make_error(ErrorKind::Unavailable, said + "; look at the disk's health", "store.io");
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      return make_error(ErrorKind::Unavailable, said + "; another program holds it", "store.busy");
    case SQLITE_READONLY:
    case SQLITE_PERM:
      return make_error(ErrorKind::PermissionDenied,
                        said + "; the server's user must be able to write it and its folder", "store.read_only");
    case SQLITE_CANTOPEN:
      if (number == ENOSPC || number == EDQUOT) return full;
      if (number == EACCES || number == EPERM || number == EROFS) {
        return make_error(ErrorKind::PermissionDenied,
                          said + "; the server's user must be able to write it and its folder", "store.read_only");
      }
      return make_error(ErrorKind::Unavailable, said, "store.io");
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
      return make_error(ErrorKind::DataLoss, said + "; restore it from a backup", "store.damaged");
    case SQLITE_CONSTRAINT:
      if (code == SQLITE_CONSTRAINT_UNIQUE || code == SQLITE_CONSTRAINT_PRIMARYKEY) {
        return make_error(ErrorKind::AlreadyExists, "it exists already", "store.exists");
      }
      if (code == SQLITE_CONSTRAINT_FOREIGNKEY)
        return make_error(ErrorKind::NotFound, "what it belongs to does not exist");
      return make_error(ErrorKind::InvalidArgument, said, "store.constraint");
    default:
      return make_error(ErrorKind::Internal, said, "store.sqlite");
  }
}

Result<void> Connection::begin() {
  VIGIL_TRY(run("BEGIN IMMEDIATE"));
  return {};
}

Result<void> Connection::commit() {
  VIGIL_TRY(run("COMMIT"));
  return {};
}

void Connection::roll_back() {
  // SQLite has already rolled back after some failures; a second time is an error without consequence.
  static_cast<void>(run("ROLLBACK"));
}

Result<sql::Connection*> Database::borrow(Use use) {
  MutexLock lock(mutex_);
  if (use == Use::Write) {
    given_back_.wait(lock, [this]() VIGIL_REQUIRES(mutex_) { return !writer_lent_; });
    writer_lent_ = true;
    return writer_.get();
  }
  given_back_.wait(lock, [this]() VIGIL_REQUIRES(mutex_) { return !reader_lent_; });
  reader_lent_ = true;
  return reader_.get();
}

void Database::give_back(Use use, sql::Connection*) {
  {
    MutexLock lock(mutex_);
    (use == Use::Write ? writer_lent_ : reader_lent_) = false;
  }
  given_back_.notify_all();
}

}  // namespace vigil::store::sqlite
