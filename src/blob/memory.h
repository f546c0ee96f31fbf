#pragma once

#include <memory>

#include "blob/store.h"

namespace vigil::blob {

// Keeps everything in memory: the fake for tests, held to the same contract suite as the others.
std::unique_ptr<Store> make_memory_store(Clock& clock = system_clock());

}  // namespace vigil::blob
