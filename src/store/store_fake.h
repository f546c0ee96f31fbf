#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <string>

#include "store/memory.h"
#include "store/open.h"
#include "store/temp_dir_fake.h"

namespace vigil::store {

// What the contract suites run over.
inline auto every_store() {
  return testing::Values("sqlite", "memory");
}

// A fresh store of one kind for one test.
inline Result<std::unique_ptr<Store>> store_for_test(const std::string& kind, const TempDir& dir, Clock& clock) {
  if (kind == "memory") return make_memory_store(clock);
  OpenOptions options;
  options.data_dir = dir.path("data");
  options.clock = &clock;
  return open_store(options);
}

}  // namespace vigil::store
