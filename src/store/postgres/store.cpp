#include "store/postgres/store.h"

#include "base/log.h"
#include "store/postgres/migrations.h"
#include "store/postgres/pool.h"
#include "store/sql/repositories.h"

namespace vigil::store::postgres {
namespace {

std::uint64_t bytes_of(const DataDir&, sql::Database& database) {
  auto bytes = database.read([](sql::Connection& connection) -> Result<std::uint64_t> {
    VIGIL_ASSIGN(auto rows, connection.query("SELECT pg_database_size(current_database())"));
    VIGIL_TRY(rows.step());
    return static_cast<std::uint64_t>(rows.integer(0));
  });
  return bytes ? *bytes : 0;
}

Result<bool> is_new(sql::Connection& connection) {
  VIGIL_ASSIGN(auto rows, connection.query("SELECT count(*) FROM instance"));
  VIGIL_TRY(rows.step());
  return rows.integer(0) == 0;
}

}  // namespace

Result<std::unique_ptr<Store>> open(std::unique_ptr<DataDir> dir, const Secret& url, const Clock& clock) {
  ConnectionConfig config;
  config.url = url;
  VIGIL_ASSIGN(auto connection, Connection::open(config));
  VIGIL_TRY(migrate(*connection));
  VIGIL_ASSIGN(bool fresh, is_new(*connection));
  if (fresh && dir->ready()) {
    log::warn(
        "the PostgreSQL database is new, but the data directory has been used before: what was kept elsewhere "
        "is not in it");
  }
  VIGIL_ASSIGN(auto key, sql::match_key(*connection, *dir, "the PostgreSQL database"));
  VIGIL_TRY(dir->set_ready());
  Pool::Config pool;
  pool.connection = config;
  const sql::Dialect dialect{" FOR UPDATE", " FOR UPDATE SKIP LOCKED",
                             "SELECT CAST(extract(epoch FROM clock_timestamp()) * 1000000 AS bigint)"};
  return sql::make_store({std::move(dir), std::move(key), std::make_unique<Pool>(std::move(pool)), bytes_of, dialect},
                         clock);
}

}  // namespace vigil::store::postgres
