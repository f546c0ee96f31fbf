#pragma once

#include <memory>

#include "store/records.h"

namespace vigil::store {

// Records in memory: the part of make_memory_store() that keeps what was seen.
std::unique_ptr<Records> make_memory_records();

}  // namespace vigil::store
