#pragma once

#include <memory>

#include "base/clock.h"
#include "base/result.h"
#include "base/secret.h"
#include "store/data_dir.h"
#include "store/repositories.h"

namespace vigil::store::postgres {

// A store in a PostgreSQL database, whose schema is made or brought up to date. The data directory keeps the secret key
// and the pictures. Errors: open_store()'s.
Result<std::unique_ptr<Store>> open(std::unique_ptr<DataDir> dir, const Secret& url, const Clock& clock);

}  // namespace vigil::store::postgres
