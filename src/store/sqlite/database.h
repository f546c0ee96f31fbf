#pragma once

#include <map>
#include <memory>
#include <string>

#include "base/sync.h"
#include "store/sql/database.h"

struct sqlite3;
struct sqlite3_stmt;

namespace vigil::store::sqlite {

// One SQLite connection. Not thread-safe: whoever uses it has it for himself.
class Connection final : public sql::Connection {
 public:
  enum class Mode { ReadWrite, ReadOnly };
  static Result<std::unique_ptr<Connection>> open(const std::string& path, Mode mode);
  ~Connection() override;
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  using sql::Connection::query;
  using sql::Connection::run;
  Result<sql::Query> query(const char* sql, std::span<const sql::Value> values) override;
  Result<sql::Query> query_once(const std::string& sql, std::span<const sql::Value> values) override;
  Result<int> run(const char* sql, std::span<const sql::Value> values) override;
  Result<void> script(const std::string& sql) override;
  Result<void> begin() override;
  Result<void> commit() override;
  void roll_back() override;

  // What the last call's failure means; `code` is what SQLite returned.
  Error error(int code) const;

 private:
  explicit Connection(std::string path) : path_(std::move(path)) {}
  std::string path_;
  sqlite3* handle_ = nullptr;
  std::map<const char*, sqlite3_stmt*> statements_;
};

// Two connections: one that writes, one that reads and is never kept waiting by it (write-ahead log).
class Database final : public sql::Database {
 public:
  Database(std::unique_ptr<Connection> writer, std::unique_ptr<Connection> reader)
      : writer_(std::move(writer)), reader_(std::move(reader)) {}

 private:
  Result<sql::Connection*> borrow(Use use) override;
  void give_back(Use use, sql::Connection* connection) override;

  const std::unique_ptr<Connection> writer_, reader_;
  Mutex mutex_;
  CondVar given_back_;
  bool writer_lent_ VIGIL_GUARDED_BY(mutex_) = false;
  bool reader_lent_ VIGIL_GUARDED_BY(mutex_) = false;
};

}  // namespace vigil::store::sqlite
