#pragma once

#include <memory>

#include "base/clock.h"
#include "store/repositories.h"

namespace vigil::store {

// A store that keeps everything in memory: the fake for tests, held to the same contract suite as SQLite.
std::unique_ptr<Store> make_memory_store(Clock& clock = system_clock());

}  // namespace vigil::store
