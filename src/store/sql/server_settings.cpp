#include "store/sql/repositories.h"

namespace vigil::store::sql {
namespace {

class Settings final : public ServerSettingsRepository {
 public:
  Settings(Database& database, const Clock& clock) : database_(database), clock_(clock) {}

  Result<ServerSettings> get(const std::string& name) override {
    return database_.read([&](Connection& connection) -> Result<ServerSettings> {
      VIGIL_ASSIGN(auto rows, connection.query(
                                  "SELECT version, content, updated_at FROM server_settings WHERE name = ?1", {name}));
      VIGIL_ASSIGN(bool there, rows.step());
      if (!there) return ServerSettings{};
      return ServerSettings{static_cast<std::uint64_t>(rows.integer(0)), rows.text(1), rows.time(2)};
    });
  }

  Result<ServerSettings> put(const std::string& name, std::uint64_t version, const std::string& content) override {
    if (content.size() > kMaxServerSettings) return settings_too_large();
    const ServerSettings stored{version + 1, content, clock_.wall()};
    return database_.write([&](Connection& connection) -> Result<ServerSettings> {
      const auto as_read = static_cast<std::int64_t>(version);
      VIGIL_ASSIGN(int changed, version == 0
                                    ? connection.run("INSERT INTO server_settings (name, version, content, updated_at) "
                                                     "VALUES (?1, 1, ?2, ?3) ON CONFLICT (name) DO NOTHING",
                                                     {name, content, value(stored.updated_at)})
                                    : connection.run("UPDATE server_settings SET version = version + 1, content = ?3, "
                                                     "updated_at = ?4 WHERE name = ?1 AND version = ?2",
                                                     {name, as_read, content, value(stored.updated_at)}));
      if (changed == 0) return settings_changed();
      return stored;
    });
  }

 private:
  Database& database_;
  const Clock& clock_;
};

}  // namespace

std::unique_ptr<ServerSettingsRepository> make_server_settings(Database& database, const Clock& clock) {
  return std::make_unique<Settings>(database, clock);
}

}  // namespace vigil::store::sql
