#include <fmt/format.h>

#include "base/ids.h"
#include "store/sql/repositories.h"

namespace vigil::store::sql {
namespace {

#define VIGIL_API_KEY_COLUMNS "id, name, secret_hash, role, created_at, expires_at, last_used_at"

Error no_key() {
  return make_error(ErrorKind::NotFound, "there is no such API key", "api_key.not_found");
}

Result<ApiKey> read_row(const Query& row) {
  auto role = user_role_from(row.text(3));
  if (!role)
    return make_error(ErrorKind::DataLoss, fmt::format("API key {} has no known role", row.text(0)), "store.damaged");
  return ApiKey{row.text(0), row.text(1), row.text(2), *role, row.time(4), row.optional_time(5), row.optional_time(6)};
}

class ApiKeys final : public ApiKeyRepository {
 public:
  ApiKeys(Database& database, const Clock& clock) : database_(database), clock_(clock) {}

  Result<std::vector<ApiKey>> list() override {
    return database_.read([&](Connection& connection) -> Result<std::vector<ApiKey>> {
      VIGIL_ASSIGN(auto rows,
                   connection.query("SELECT " VIGIL_API_KEY_COLUMNS " FROM api_keys ORDER BY created_at, id"));
      std::vector<ApiKey> keys;
      while (true) {
        VIGIL_ASSIGN(bool more, rows.step());
        if (!more) return keys;
        VIGIL_ASSIGN(auto key, read_row(rows));
        keys.push_back(std::move(key));
      }
    });
  }

  Result<ApiKey> get(const std::string& id) override {
    return database_.read([&](Connection& connection) -> Result<ApiKey> {
      VIGIL_ASSIGN(auto rows, connection.query("SELECT " VIGIL_API_KEY_COLUMNS " FROM api_keys WHERE id = ?1", {id}));
      VIGIL_ASSIGN(bool found, rows.step());
      if (!found) return no_key();
      return read_row(rows);
    });
  }

  Result<ApiKey> insert(const ApiKey& key) override {
    auto stored = key;
    stored.id = random_hex(8);
    stored.created_at = clock_.wall();
    auto done = database_.write([&](Connection& connection) {
      return connection.run("INSERT INTO api_keys (" VIGIL_API_KEY_COLUMNS ") VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
                            {stored.id, stored.name, stored.secret_hash, to_string(stored.role),
                             value(stored.created_at), value(stored.expires_at), value(stored.last_used_at)});
    });
    VIGIL_TRY(std::move(done));
    return stored;
  }

  Result<void> touch(const std::string& id, WallTime used_at) override {
    return database_.write([&](Connection& connection) -> Result<void> {
      VIGIL_TRY(connection.run("UPDATE api_keys SET last_used_at = ?2 WHERE id = ?1", {id, value(used_at)}));
      return {};
    });
  }

  Result<void> remove(const std::string& id) override {
    return database_.write([&](Connection& connection) -> Result<void> {
      VIGIL_ASSIGN(int changed, connection.run("DELETE FROM api_keys WHERE id = ?1", {id}));
      if (changed == 0) return no_key();
      return {};
    });
  }

 private:
  Database& database_;
  const Clock& clock_;
};

}  // namespace

std::unique_ptr<ApiKeyRepository> make_api_keys(Database& database, const Clock& clock) {
  return std::make_unique<ApiKeys>(database, clock);
}

}  // namespace vigil::store::sql
