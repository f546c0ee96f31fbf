#include "store/open.h"

#include "store/data_dir.h"
#include "store/postgres/connection.h"
#include "store/postgres/store.h"
#include "store/sqlite/store.h"

namespace vigil::store {

Result<std::unique_ptr<Store>> open_store(const OpenOptions& options) {
  auto& clock = options.clock != nullptr ? *options.clock : system_clock();
  VIGIL_ASSIGN(auto dir, DataDir::open(options.data_dir, options.allow_network_fs, clock.wall()));
  if (!options.database_url.empty()) return postgres::open(std::move(dir), options.database_url, clock);
  return sqlite::open(std::move(dir), clock);
}

Result<void> prepare_data_dir(const OpenOptions& options) {
  auto& clock = options.clock != nullptr ? *options.clock : system_clock();
  return DataDir::prepare(options.data_dir, options.allow_network_fs, clock.wall());
}

Result<std::string> database_target(const Secret& url) {
  return postgres::target_of(url);
}

}  // namespace vigil::store
