#pragma once

#include <memory>
#include <vector>

#include "base/sync.h"
#include "store/postgres/connection.h"

namespace vigil::store::postgres {

// A few connections, made when they are needed and again when they broke. While the server cannot be reached, whoever
// asks is told so at once; once a second one tries again.
class Pool final : public sql::Database {
 public:
  struct Config {
    ConnectionConfig connection;
    int connections = 4;
    Nanos wait = std::chrono::seconds(10);        // for a connection that others use
    Nanos retry_after = std::chrono::seconds(1);  // when the server could not be reached
  };
  explicit Pool(Config config) : config_(std::move(config)) {}

  void hurry(Nanos limit) override { config_.connection.patience->shorten(limit); }

 private:
  Result<sql::Connection*> borrow(Use use) override;
  void give_back(Use use, sql::Connection* connection) override;
  Result<void> may_connect() VIGIL_EXCLUDES(mutex_);

  const Config config_;
  Mutex mutex_;
  CondVar given_back_;
  int lent_ VIGIL_GUARDED_BY(mutex_) = 0;
  std::vector<std::unique_ptr<Connection>> idle_ VIGIL_GUARDED_BY(mutex_);
  SteadyTime away_until_ VIGIL_GUARDED_BY(mutex_);
  std::optional<Error> away_ VIGIL_GUARDED_BY(mutex_);
};

}  // namespace vigil::store::postgres
