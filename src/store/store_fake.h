#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <string>

#include "store/memory.h"
#include "store/open.h"
#include "store/postgres/connection.h"
#include "store/postgres_server_fake.h"
#include "store/sqlite/database.h"
#include "store/temp_dir_fake.h"

namespace vigil::store {

// What the contract suites run over.
inline auto every_store() {
  return testing::Values("sqlite", "postgres", "memory");
}

// The URL of an empty schema in the PostgreSQL server of all tests; empty when there is no such server.
inline Secret new_postgres_schema() {
  auto& server = PostgresServer::shared();
  if (!server.start()) return {};
  auto connection = postgres::Connection::open({server.url()});
  EXPECT_TRUE(connection) << (connection ? "" : connection.error().message);
  if (!connection) return {};
  const auto name = server.new_schema_name();
  EXPECT_TRUE((*connection)->script("CREATE SCHEMA " + name));
  return server.url(name);
}

// A fresh store of one kind for one test.
inline Result<std::unique_ptr<Store>> store_for_test(const std::string& kind, const TempDir& dir, Clock& clock) {
  if (kind == "memory") return make_memory_store(clock);
  OpenOptions options;
  options.data_dir = dir.path("data");
  options.clock = &clock;
  if (kind == "postgres") {
    options.database_url = new_postgres_schema();
    if (options.database_url.empty()) return make_error(ErrorKind::FailedPrecondition, PostgresServer::kMissing);
  }
  return open_store(options);
}

// Another program that holds the SQLite database of a data directory so that nobody else writes.
class SqliteHolder {
 public:
  explicit SqliteHolder(const std::string& data_dir) {
    auto opened = sqlite::Connection::open(data_dir + "/vigil.db", sqlite::Connection::Mode::ReadWrite);
    EXPECT_TRUE(opened && (*opened)->begin());
    if (opened) connection_ = std::move(*opened);
  }

 private:
  std::unique_ptr<sqlite::Connection> connection_;
};

}  // namespace vigil::store
