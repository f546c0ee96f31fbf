#include <fmt/format.h>

#include "base/ids.h"
#include "store/sql/repositories.h"

namespace vigil::store::sql {
namespace {

#define VIGIL_USER_COLUMNS "id, name, role, password_hash, token_epoch, disabled, created_at"

Error no_user() {
  return make_error(ErrorKind::NotFound, "there is no such user", "user.not_found");
}

Error changed_meanwhile() {
  return make_error(ErrorKind::Conflict, "the user was changed by somebody else: read it again", "user.version");
}

Error name_taken(const User& user) {
  return make_error(ErrorKind::AlreadyExists, fmt::format("there is a user {} already", user.name), "user.exists",
                    "/name");
}

// As lower() of the database folds it: ASCII only.
std::string folded(std::string text) {
  for (char& c : text) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return text;
}

Result<User> read_row(const Query& row) {
  User user;
  user.id = row.text(0);
  user.name = row.text(1);
  auto role = user_role_from(row.text(2));
  if (!role) return make_error(ErrorKind::DataLoss, fmt::format("user {} has no known role", user.id), "store.damaged");
  user.role = *role;
  user.password_hash = row.text(3);
  user.token_epoch = static_cast<std::uint64_t>(row.integer(4));
  user.disabled = row.integer(5) != 0;
  user.created_at = row.time(6);
  return user;
}

class Users final : public UserRepository {
 public:
  Users(Database& database, const Clock& clock) : database_(database), clock_(clock) {}

  Result<std::vector<User>> list() override {
    return database_.read([&](Connection& connection) -> Result<std::vector<User>> {
      VIGIL_ASSIGN(auto rows, connection.query("SELECT " VIGIL_USER_COLUMNS " FROM users ORDER BY lower(name)"));
      std::vector<User> users;
      while (true) {
        VIGIL_ASSIGN(bool more, rows.step());
        if (!more) return users;
        VIGIL_ASSIGN(auto user, read_row(rows));
        users.push_back(std::move(user));
      }
    });
  }

  Result<User> find(const std::string& id_or_name) override {
    auto name = folded(id_or_name);
    return database_.read([&](Connection& connection) -> Result<User> {
      VIGIL_ASSIGN(auto rows,
                   connection.query("SELECT " VIGIL_USER_COLUMNS
                                    " FROM users WHERE id = ?1 OR lower(name) = ?2 ORDER BY id <> ?1 LIMIT 1",
                                    {id_or_name, name}));
      VIGIL_ASSIGN(bool found, rows.step());
      if (!found) return no_user();
      return read_row(rows);
    });
  }

  Result<User> insert(const User& user) override {
    auto stored = user;
    stored.id = random_hex(16);
    stored.token_epoch = 1;
    stored.created_at = clock_.wall();
    auto done = database_.write([&](Connection& connection) {
      return connection.run(
          "INSERT INTO users (" VIGIL_USER_COLUMNS ") VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
          {stored.id, stored.name, to_string(stored.role), stored.password_hash,
           static_cast<std::int64_t>(stored.token_epoch), std::int64_t{stored.disabled}, value(stored.created_at)});
    });
    if (!done && done.error().kind == ErrorKind::AlreadyExists) return name_taken(user);
    VIGIL_TRY(std::move(done));
    return stored;
  }

  Result<User> update(const User& user) override {
    auto stored = user;
    stored.token_epoch = user.token_epoch + 1;
    auto done = database_.write([&](Connection& connection) -> Result<int> {
      VIGIL_ASSIGN(auto transaction, Transaction::begin(connection));
      {
        VIGIL_ASSIGN(auto rows, connection.query("SELECT token_epoch, created_at FROM users WHERE id = ?1", {user.id}));
        VIGIL_ASSIGN(bool found, rows.step());
        if (!found) return no_user();
        if (static_cast<std::uint64_t>(rows.integer(0)) != user.token_epoch) {
          return changed_meanwhile();
        }
        stored.created_at = rows.time(1);
      }
      // The epoch is asked for again: another connection may have changed it since.
      VIGIL_ASSIGN(int changed,
                   connection.run("UPDATE users SET name = ?2, role = ?3, password_hash = ?4, token_epoch = ?5, "
                                  "disabled = ?6 WHERE id = ?1 AND token_epoch = ?7",
                                  {stored.id, stored.name, to_string(stored.role), stored.password_hash,
                                   static_cast<std::int64_t>(stored.token_epoch), std::int64_t{stored.disabled},
                                   static_cast<std::int64_t>(user.token_epoch)}));
      if (changed == 0) return changed_meanwhile();
      VIGIL_TRY(transaction.commit());
      return 1;
    });
    if (!done && done.error().kind == ErrorKind::AlreadyExists) return name_taken(user);
    VIGIL_TRY(std::move(done));
    return stored;
  }

  Result<void> remove(const std::string& id) override {
    return database_.write([&](Connection& connection) -> Result<void> {
      VIGIL_ASSIGN(int changed, connection.run("DELETE FROM users WHERE id = ?1", {id}));
      if (changed == 0) return no_user();
      VIGIL_TRY(connection.run("DELETE FROM layouts WHERE owner = ?1", {id}));
      return {};
    });
  }

 private:
  Database& database_;
  const Clock& clock_;
};

}  // namespace

std::unique_ptr<UserRepository> make_users(Database& database, const Clock& clock) {
  return std::make_unique<Users>(database, clock);
}

}  // namespace vigil::store::sql
