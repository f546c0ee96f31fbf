#pragma once

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <variant>

#include "base/clock.h"
#include "base/result.h"
#include "base/sync.h"

// What the repositories need of a database, whichever it is. SQL is written once, in what SQLite and PostgreSQL have in
// common, with parameters ?1, ?2, …; only the schemas differ.

namespace vigil::store::sql {

struct Blob {
  std::string_view bytes;
};
// A bound parameter. Values never become SQL text.
using Value = std::variant<std::nullptr_t, std::int64_t, double, std::string_view, Blob>;

Value value(std::optional<int> number);
Value value(WallTime time);  // microseconds since the Unix epoch
Value value(std::optional<WallTime> time);

// The rows of a running statement.
class Rows {
 public:
  virtual ~Rows() = default;
  virtual Result<bool> step() = 0;  // true: there is a row; false: done
  virtual bool null(int column) const = 0;
  virtual std::int64_t integer(int column) const = 0;
  virtual double real(int column) const = 0;
  virtual std::string text(int column) const = 0;  // or blob
};

// A running statement: steps through its rows. Belongs to its connection's thread of the moment; must be gone before
// the connection runs the same statement again.
class Query {
 public:
  explicit Query(std::unique_ptr<Rows> rows) : rows_(std::move(rows)) {}

  Result<bool> step() { return rows_->step(); }
  bool null(int column) const { return rows_->null(column); }
  std::int64_t integer(int column) const { return rows_->integer(column); }
  double real(int column) const { return rows_->real(column); }
  std::string text(int column) const { return rows_->text(column); }
  WallTime time(int column) const { return WallTime(std::chrono::microseconds(integer(column))); }
  std::optional<WallTime> optional_time(int column) const {
    if (null(column)) return std::nullopt;
    return time(column);
  }

 private:
  std::unique_ptr<Rows> rows_;
};

// One connection. Not thread-safe.
// Errors of a statement: AlreadyExists (a unique key), NotFound (a foreign key), InvalidArgument (another constraint),
// Unavailable, DeadlineExceeded, StorageFull, PermissionDenied, DataLoss, Internal.
class Connection {
 public:
  virtual ~Connection() = default;

  // `sql` must stay where it is for the connection's life (a literal): the prepared statement is kept under its
  // address.
  virtual Result<Query> query(const char* sql, std::span<const Value> values) = 0;
  // The same for a statement that is made for this one time.
  virtual Result<Query> query_once(const std::string& sql, std::span<const Value> values) = 0;
  // Runs a statement that gives no rows; answers how many rows it changed.
  virtual Result<int> run(const char* sql, std::span<const Value> values) = 0;
  // Runs several statements without parameters.
  virtual Result<void> script(const std::string& sql) = 0;

  virtual Result<void> begin() = 0;  // a transaction that writes
  virtual Result<void> commit() = 0;
  virtual void roll_back() = 0;

  Result<Query> query(const char* sql, std::initializer_list<Value> values = {}) {
    return query(sql, std::span<const Value>(values.begin(), values.size()));
  }
  Result<int> run(const char* sql, std::initializer_list<Value> values = {}) {
    return run(sql, std::span<const Value>(values.begin(), values.size()));
  }
};

// Rolls back when it is destroyed before commit().
class Transaction {
 public:
  static Result<Transaction> begin(Connection& connection);
  Transaction(Transaction&& other) noexcept : connection_(std::exchange(other.connection_, nullptr)) {}
  Transaction& operator=(Transaction&&) = delete;
  ~Transaction();
  Result<void> commit();

 private:
  explicit Transaction(Connection& connection) : connection_(&connection) {}
  Connection* connection_;
};

// The connections. Thread-safe: each caller gets one for itself, and waits for it.
class Database {
 public:
  virtual ~Database() = default;

  // From now on no wait for the database lasts longer, those under way included.
  virtual void hurry(Nanos /*limit*/) {}

  template <typename Action>
  auto write(Action action) -> decltype(action(std::declval<Connection&>())) {
    auto done = with(Use::Write, action);
    note(done ? nullptr : &done.error());
    return done;
  }
  // The action only reads, and may be run again when the connection breaks.
  template <typename Action>
  auto read(Action action) -> decltype(action(std::declval<Connection&>())) {
    auto done = with(Use::Read, action);
    if (!done && done.error().code == kLost) done = with(Use::Read, action);
    if (!done) note(&done.error());
    return done;
  }
  // Empty while the last write went well.
  std::string trouble() const VIGIL_EXCLUDES(trouble_mutex_);

  static constexpr const char* kLost =
      "store.lost";  // the connection broke; whether what was asked was done is unknown

 protected:
  enum class Use { Read, Write };
  virtual Result<Connection*> borrow(Use use) = 0;
  virtual void give_back(Use use, Connection* connection) = 0;

 private:
  template <typename Action>
  auto with(Use use, Action& action) -> decltype(action(std::declval<Connection&>())) {
    VIGIL_ASSIGN(auto* connection, borrow(use));
    struct Loan {
      Database& database;
      Use use;
      Connection* connection;
      ~Loan() { database.give_back(use, connection); }
    } loan{*this, use, connection};
    return action(*connection);
  }
  void note(const Error* error) VIGIL_EXCLUDES(trouble_mutex_);

  mutable Mutex trouble_mutex_;
  std::string trouble_ VIGIL_GUARDED_BY(trouble_mutex_);
};

}  // namespace vigil::store::sql
