#pragma once

#include "base/result.h"
#include "store/postgres/connection.h"

namespace vigil::store::postgres {

// Brings the database to the newest schema, in one transaction and under a lock that keeps other servers waiting
// meanwhile. FailedPrecondition when it is newer than that.
Result<void> migrate(Connection& connection);

}  // namespace vigil::store::postgres
