#pragma once

#include <memory>

#include "base/clock.h"
#include "store/uploads.h"

namespace vigil::store {

// Jobs and uploads in memory: part of make_memory_store().
struct MemoryWork {
  std::shared_ptr<Jobs> jobs;
  std::shared_ptr<Uploads> uploads;
};
MemoryWork make_memory_work(Clock& clock);

}  // namespace vigil::store
