#pragma once

#include <cstdint>
#include <initializer_list>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "base/clock.h"
#include "base/result.h"

struct sqlite3;
struct sqlite3_stmt;

namespace vigil::store::sqlite {

struct Blob {
  std::string_view bytes;
};
// A bound parameter. Values never become SQL text.
using Value = std::variant<std::nullptr_t, std::int64_t, std::string_view, Blob>;

Value value(std::optional<int> number);
Value value(WallTime time);  // microseconds since the Unix epoch
Value value(std::optional<WallTime> time);

class Connection;

// A running statement: steps through its rows. Belongs to its connection's thread of the moment; resets when destroyed.
class Query {
 public:
  Query(Query&& other) noexcept;
  Query& operator=(Query&&) = delete;
  ~Query();

  Result<bool> step();  // true: there is a row; false: done
  bool null(int column) const;
  std::int64_t integer(int column) const;
  std::string text(int column) const;  // or blob
  WallTime time(int column) const;
  std::optional<WallTime> optional_time(int column) const;

 private:
  friend class Connection;
  Query(Connection& connection, sqlite3_stmt* statement) : connection_(&connection), statement_(statement) {}
  Connection* connection_;
  sqlite3_stmt* statement_;
};

// One SQLite connection. Not thread-safe: its owner holds a lock.
class Connection {
 public:
  enum class Mode { ReadWrite, ReadOnly };
  static Result<std::unique_ptr<Connection>> open(const std::string& path, Mode mode);
  ~Connection();
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  // `sql` must be a literal: the prepared statement is kept under its address.
  Result<Query> query(const char* sql, std::initializer_list<Value> values = {});
  // Runs a statement that gives no rows; answers how many rows it changed.
  Result<int> run(const char* sql, std::initializer_list<Value> values = {});
  // Runs several statements without parameters.
  Result<void> script(const std::string& sql);

  // What the last call's failure means; `code` is what SQLite returned.
  Error error(int code) const;

 private:
  explicit Connection(std::string path) : path_(std::move(path)) {}
  std::string path_;
  sqlite3* handle_ = nullptr;
  std::map<const char*, sqlite3_stmt*> statements_;
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

}  // namespace vigil::store::sqlite
