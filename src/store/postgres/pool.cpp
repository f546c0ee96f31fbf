#include "store/postgres/pool.h"

namespace vigil::store::postgres {

Result<sql::Connection*> Pool::borrow(Use) {
  std::unique_ptr<Connection> connection;
  {
    MutexLock lock(mutex_);
    const auto began = system_clock().steady();
    const auto& patience = *config_.connection.patience;
    bool free = false;
    while (!free && system_clock().steady() < patience.end(began, config_.wait)) {
      free = given_back_.wait_for(lock, kPatienceStep,
                                  [this]() VIGIL_REQUIRES(mutex_) { return lent_ < config_.connections; });
    }
    if (!free) {
      return make_error(ErrorKind::Unavailable, "all connections to the database are in use", "store.busy");
    }
    ++lent_;
    if (!idle_.empty()) {
      connection = std::move(idle_.back());
      idle_.pop_back();
    }
  }
  if (connection && connection->fresh()) return connection.release();
  connection.reset();
  auto allowed = may_connect();
  auto opened = allowed ? Connection::open(config_.connection) : Result<std::unique_ptr<Connection>>(allowed.error());
  MutexLock lock(mutex_);
  if (opened) {
    away_.reset();
    return std::move(*opened).release();
  }
  if (allowed) {
    away_ = opened.error();
    away_until_ = system_clock().steady() + config_.retry_after;
  }
  --lent_;
  given_back_.notify_one();
  return std::move(opened).error();
}

Result<void> Pool::may_connect() {
  MutexLock lock(mutex_);
  if (away_ && system_clock().steady() < away_until_) return *away_;
  return {};
}

void Pool::give_back(Use, sql::Connection* connection) {
  std::unique_ptr<Connection> mine(static_cast<Connection*>(connection));
  const bool usable = mine->fresh();
  {
    MutexLock lock(mutex_);
    --lent_;
    if (usable) idle_.push_back(std::move(mine));
  }
  given_back_.notify_one();
}

}  // namespace vigil::store::postgres
