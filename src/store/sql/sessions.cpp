#include "base/ids.h"
#include "store/sql/repositories.h"

namespace vigil::store::sql {
namespace {

class Sessions final : public SessionRepository {
 public:
  Sessions(Database& database, const Clock& clock) : database_(database), clock_(clock) {}

  Result<Session> insert(const Session& session) override {
    auto stored = session;
    stored.id = random_hex(16);
    return database_.write([&](Connection& connection) -> Result<Session> {
      VIGIL_ASSIGN(auto transaction, Transaction::begin(connection));
      VIGIL_TRY(connection.run("DELETE FROM sessions WHERE expires_at <= ?1", {value(clock_.wall())}));
      auto done = connection.run(
          "INSERT INTO sessions (id, user_id, token_hash, previous_hash, rotated_at, expires_at, client, address) "
          "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
          {stored.id, stored.user_id, stored.token_hash, stored.previous_token_hash, value(stored.rotated_at),
           value(stored.expires_at), stored.client, stored.address});
      if (!done && done.error().kind == ErrorKind::NotFound) {
        return make_error(ErrorKind::NotFound, "there is no such user", "user.not_found");
      }
      VIGIL_TRY(std::move(done));
      VIGIL_TRY(
          connection.run("DELETE FROM sessions WHERE id IN (SELECT id FROM (SELECT id, row_number() OVER (ORDER BY "
                         "rotated_at DESC, id) AS place FROM sessions WHERE user_id = ?1 AND id <> ?2) AS ranked "
                         "WHERE place > ?3)",
                         {stored.user_id, stored.id, std::int64_t{kMaxSessionsPerUser - 1}}));
      VIGIL_TRY(transaction.commit());
      return stored;
    });
  }

  Result<Session> get(const std::string& id) override {
    return database_.read([&](Connection& connection) -> Result<Session> {
      VIGIL_ASSIGN(
          auto row,
          connection.query("SELECT id, user_id, token_hash, previous_hash, rotated_at, expires_at, client, address "
                           "FROM sessions WHERE id = ?1",
                           {id}));
      VIGIL_ASSIGN(bool found, row.step());
      if (!found) return make_error(ErrorKind::NotFound, "there is no such session", "session.not_found");
      return Session{row.text(0), row.text(1), row.text(2), row.text(3),
                     row.time(4), row.time(5), row.text(6), row.text(7)};
    });
  }

  Result<void> rotate(const std::string& id, const std::string& token_hash, const std::string& new_hash, WallTime now,
                      WallTime expires_at) override {
    return database_.write([&](Connection& connection) -> Result<void> {
      VIGIL_ASSIGN(int changed,
                   connection.run("UPDATE sessions SET token_hash = ?3, previous_hash = ?2, rotated_at = ?4, "
                                  "expires_at = ?5 WHERE id = ?1 AND token_hash = ?2",
                                  {id, token_hash, new_hash, value(now), value(expires_at)}));
      if (changed == 0) {
        return make_error(ErrorKind::Conflict, "the refresh token is no longer in force", "session.rotated");
      }
      return {};
    });
  }

  Result<void> remove(const std::string& id) override {
    return database_.write([&](Connection& connection) -> Result<void> {
      VIGIL_TRY(connection.run("DELETE FROM sessions WHERE id = ?1", {id}));
      return {};
    });
  }

  Result<void> remove_of_user(const std::string& user_id) override {
    return database_.write([&](Connection& connection) -> Result<void> {
      VIGIL_TRY(connection.run("DELETE FROM sessions WHERE user_id = ?1", {user_id}));
      return {};
    });
  }

 private:
  Database& database_;
  const Clock& clock_;
};

}  // namespace

std::unique_ptr<SessionRepository> make_sessions(Database& database, const Clock& clock) {
  return std::make_unique<Sessions>(database, clock);
}

}  // namespace vigil::store::sql
