#pragma once

#include "base/result.h"
#include "store/sqlite/database.h"

namespace vigil::store::sqlite {

// The schema that this program reads and writes.
int newest_schema();

// Brings the database to newest_schema(), all steps in one transaction. FailedPrecondition when it is newer than that.
Result<void> migrate(Connection& connection);

}  // namespace vigil::store::sqlite
