#pragma once

#include <map>
#include <memory>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/secret.h"
#include "store/postgres/patience.h"
#include "store/sql/database.h"

struct pg_conn;
struct pg_result;

namespace vigil::store::postgres {

struct ConnectionConfig {
  Secret url;                                       // postgres://…
  Nanos connect_timeout = std::chrono::seconds(5);  // whole seconds, at least 2
  Nanos statement_timeout =
      std::chrono::seconds(10);  // the server ends it; two seconds later the connection is given up
  std::shared_ptr<Patience> patience = std::make_shared<Patience>();
};

// "postgres://host:port/database": where a URL leads, without credentials. InvalidArgument, without echoing it, for
// anything that libpq does not take.
Result<std::string> target_of(const Secret& url);

// One connection to a PostgreSQL server (libpq). A statement's '?1' becomes '$1'. Text must not have a zero byte:
// InvalidArgument. Every wait has an end. A connection that broke stays broken. Not thread-safe.
class Connection final : public sql::Connection {
 public:
  // Unavailable, naming the server, when it cannot be reached; PermissionDenied when it does not let us in;
  // FailedPrecondition when it is too old or the database is not in UTF-8.
  static Result<std::unique_ptr<Connection>> open(const ConnectionConfig& config);
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

  // Whether it can be used again: connected, as far as is known without asking, and in no transaction.
  bool fresh();
  // Process id of this session on the server, for its operator; 0 when the connection broke.
  int server_process() const;
  // Statements may take so long from now on.
  Result<void> set_statement_timeout(Nanos timeout);

 private:
  using ResultPtr = std::unique_ptr<pg_result, void (*)(pg_result*)>;

  Connection(std::string target, pg_conn* handle, Nanos statement_timeout, std::shared_ptr<const Patience> patience)
      : target_(std::move(target)),
        handle_(handle),
        statement_timeout_(statement_timeout),
        patience_(std::move(patience)) {}
  // Until it is there, or cannot be had.
  void connect(Nanos timeout);
  Result<const std::string*> prepared(const char* sql);
  // Waits for the answer of what was sent: its last result, or its first error.
  Result<ResultPtr> answer(bool sent);
  Result<ResultPtr> send(const std::string* name, const std::string* sql, std::span<const sql::Value> values);
  Error lost(std::string_view why);
  Error error(const pg_result* result) const;

  const std::string target_;
  pg_conn* handle_;
  Nanos statement_timeout_;
  const std::shared_ptr<const Patience> patience_;
  std::map<const char*, std::string> statements_;
};

}  // namespace vigil::store::postgres
