#include "store/sqlite/migrations.h"

#include <fmt/format.h>

#include <array>

namespace vigil::store::sqlite {
namespace {

// Step n brings schema n - 1 to n. A step that was released is never changed; a change is a new step. The comments stay
// in the database: `.schema` shows them. Times are microseconds since the Unix epoch, UTC.
constexpr std::array<const char*, 1> kSteps = {
    // 1: cameras, users, sessions, API keys
    R"sql(
CREATE TABLE instance (
  only_row  INTEGER PRIMARY KEY CHECK (only_row = 1),
  uuid      TEXT NOT NULL CHECK (length(uuid) > 0), -- the same as in vigil.json
  key_check BLOB NOT NULL                           -- tells whether secret.key is the key that credentials were encrypted with
) STRICT;

CREATE TABLE cameras (
  id          TEXT PRIMARY KEY CHECK (length(id) BETWEEN 1 AND 64),
  name        TEXT NOT NULL,                                         -- for people
  number      INTEGER CHECK (number BETWEEN 0 AND 99999),            -- for people; NULL: none
  place       TEXT NOT NULL,                                         -- for people: site, building
  section     TEXT NOT NULL,                                         -- for people: part of the place
  enabled     INTEGER NOT NULL CHECK (enabled IN (0, 1)),            -- 0: switched off by somebody
  settings    TEXT NOT NULL CHECK (json_valid(settings)),            -- JSON: source type, streams without credentials, motion
  credentials BLOB,                                                  -- user names and passwords of the streams, encrypted; NULL: none
  version     INTEGER NOT NULL CHECK (version >= 1),                 -- counts up with every change
  created_at  INTEGER NOT NULL,                                      -- microseconds, UTC
  updated_at  INTEGER NOT NULL                                       -- microseconds, UTC
) STRICT;

CREATE TABLE users (
  id            TEXT PRIMARY KEY CHECK (length(id) > 0),
  name          TEXT NOT NULL COLLATE NOCASE UNIQUE CHECK (length(name) > 0), -- signs in with it
  role          TEXT NOT NULL CHECK (role IN ('administrator', 'viewer')),
  password_hash TEXT NOT NULL,                                       -- argon2id, libsodium's encoded form
  token_epoch   INTEGER NOT NULL CHECK (token_epoch >= 1),           -- access tokens of an older epoch are refused
  disabled      INTEGER NOT NULL CHECK (disabled IN (0, 1)),
  created_at    INTEGER NOT NULL                                     -- microseconds, UTC
) STRICT;

CREATE TABLE sessions (
  id            TEXT PRIMARY KEY CHECK (length(id) > 0),
  user_id       TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
  token_hash    TEXT NOT NULL,    -- SHA-256 of the refresh token in force
  previous_hash TEXT NOT NULL,    -- SHA-256 of the one before; empty: none
  rotated_at    INTEGER NOT NULL, -- microseconds, UTC
  expires_at    INTEGER NOT NULL, -- microseconds, UTC
  client        TEXT NOT NULL,    -- user agent, shortened
  address       TEXT NOT NULL     -- IP address of the sign-in
) STRICT;
CREATE INDEX sessions_by_user ON sessions (user_id, rotated_at);
CREATE INDEX sessions_by_expiry ON sessions (expires_at);

CREATE TABLE api_keys (
  id           TEXT PRIMARY KEY CHECK (length(id) > 0), -- public part of the key
  name         TEXT NOT NULL,                           -- for people
  secret_hash  TEXT NOT NULL,                           -- SHA-256 of the secret part
  role         TEXT NOT NULL CHECK (role IN ('administrator', 'viewer')),
  created_at   INTEGER NOT NULL,                        -- microseconds, UTC
  expires_at   INTEGER,                                 -- microseconds, UTC; NULL: never
  last_used_at INTEGER                                  -- microseconds, UTC, to about a minute; NULL: never
) STRICT;
)sql",
};

Result<int> schema_of(Connection& connection) {
  VIGIL_ASSIGN(auto version, connection.query("PRAGMA user_version"));
  VIGIL_TRY(version.step());
  return static_cast<int>(version.integer(0));
}

}  // namespace

int newest_schema() {
  return static_cast<int>(kSteps.size());
}

Result<void> migrate(Connection& connection) {
  VIGIL_ASSIGN(auto transaction, Transaction::begin(connection));
  VIGIL_ASSIGN(int schema, schema_of(connection));
  if (schema > newest_schema()) {
    return make_error(
        ErrorKind::FailedPrecondition,
        fmt::format("the database was written by a newer Vigil (schema {}, this one knows {}): start that version, or "
                    "restore a backup from before the upgrade",
                    schema, newest_schema()),
        "store.newer");
  }
  if (schema < 0)
    return make_error(ErrorKind::DataLoss, "the database's schema number makes no sense", "store.damaged");
  if (schema == newest_schema()) return {};
  for (int step = schema; step < newest_schema(); ++step) {
    if (auto done = connection.script(kSteps[static_cast<std::size_t>(step)]); !done) {
      return std::move(done).error().while_doing(fmt::format("migrate the database to schema {}", step + 1));
    }
  }
  // A pragma takes no bound parameters; the number is our own.
  VIGIL_TRY(connection.script(fmt::format("PRAGMA user_version = {};", newest_schema())));
  return transaction.commit();
}

}  // namespace vigil::store::sqlite
