#pragma once

#include <memory>

#include "base/clock.h"
#include "base/result.h"
#include "store/data_dir.h"
#include "store/repositories.h"

namespace vigil::store::sqlite {

// Opens, or makes, vigil.db in the data directory. Errors: open_store()'s.
Result<std::unique_ptr<Store>> open(std::unique_ptr<DataDir> dir, const Clock& clock);

}  // namespace vigil::store::sqlite
