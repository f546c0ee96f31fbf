#include "store/sql/database.h"

namespace vigil::store::sql {

Value value(std::optional<int> number) {
  if (!number) return nullptr;
  return std::int64_t{*number};
}
Value value(WallTime time) {
  return std::int64_t{time.time_since_epoch().count()};
}
Value value(std::optional<WallTime> time) {
  if (!time) return nullptr;
  return value(*time);
}

Result<Transaction> Transaction::begin(Connection& connection) {
  VIGIL_TRY(connection.begin());
  return Transaction(connection);
}

Transaction::~Transaction() {
  if (connection_ != nullptr) connection_->roll_back();
}

Result<void> Transaction::commit() {
  VIGIL_TRY(connection_->commit());
  connection_ = nullptr;
  return {};
}

std::string Database::trouble() const {
  MutexLock lock(trouble_mutex_);
  return trouble_;
}

void Database::note(const Error* error) {
  // A camera that is not there says nothing about the database.
  bool bad = error != nullptr && (error->kind == ErrorKind::StorageFull || error->kind == ErrorKind::Unavailable ||
                                  error->kind == ErrorKind::DataLoss || error->kind == ErrorKind::PermissionDenied ||
                                  error->kind == ErrorKind::DeadlineExceeded || error->kind == ErrorKind::Internal);
  if (error != nullptr && !bad) return;
  MutexLock lock(trouble_mutex_);
  trouble_ = bad ? error->message : "";
}

}  // namespace vigil::store::sql
