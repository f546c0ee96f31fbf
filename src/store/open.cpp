#include "store/open.h"

#include "store/data_dir.h"
#include "store/sqlite/store.h"

namespace vigil::store {

Result<std::unique_ptr<Store>> open_store(const OpenOptions& options) {
  auto& clock = options.clock != nullptr ? *options.clock : system_clock();
  VIGIL_ASSIGN(auto dir, DataDir::open(options.data_dir, options.allow_network_fs, clock.wall()));
  return sqlite::open(std::move(dir), clock);
}

}  // namespace vigil::store
