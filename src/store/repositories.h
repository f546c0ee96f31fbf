#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "base/secret.h"
#include "model/camera.h"
#include "model/layout.h"

// What the server keeps. Interfaces of at most five methods, one per kind of record; `sql` implements them over SQLite
// and PostgreSQL, `memory` is the fake for tests, and one contract suite runs over all. All are thread-safe and block
// for as long as the database needs: never call them from an event loop. Credentials in camera URLs are stored
// encrypted.

namespace vigil::store {

class CameraRepository {
 public:
  virtual ~CameraRepository() = default;
  // All cameras, ordered by number (those without last), then id.
  virtual Result<std::vector<model::Camera>> list() = 0;
  virtual Result<model::Camera> get(const std::string& id) = 0;  // NotFound
  // Stores a new camera; sets version 1 and both times. AlreadyExists when the id is taken. Returns it as stored.
  virtual Result<model::Camera> insert(const model::Camera& camera) = 0;
  // Replaces it when its stored version is still camera.version, else Conflict; sets version + 1 and updated_at.
  // NotFound.
  virtual Result<model::Camera> update(const model::Camera& camera) = 0;
  virtual Result<void> remove(const std::string& id) = 0;  // NotFound
};

enum class UserRole { Administrator, Viewer };
const char* to_string(UserRole role);  // "administrator", "viewer"
std::optional<UserRole> user_role_from(std::string_view name);

struct User {
  std::string id;
  std::string name;  // unique, compared without case
  UserRole role = UserRole::Viewer;
  std::string password_hash;      // argon2id, libsodium's encoded form
  std::uint64_t token_epoch = 1;  // raised by logout everywhere, password or role change: older access tokens die
  bool disabled = false;
  WallTime created_at;
};

class UserRepository {
 public:
  virtual ~UserRepository() = default;
  virtual Result<std::vector<User>> list() = 0;
  virtual Result<User> find(const std::string& id_or_name) = 0;  // NotFound
  virtual Result<User> insert(const User& user) = 0;             // sets id, created_at and epoch 1; AlreadyExists
  // Replaces it when its stored epoch is still user.token_epoch, else Conflict; raises the epoch by one, so that every
  // change ends the access tokens issued before. Returns it as stored. NotFound; AlreadyExists when the name is taken.
  virtual Result<User> update(const User& user) = 0;
  virtual Result<void> remove(const std::string& id) = 0;  // with the user's sessions and layouts; NotFound
};

// A family of refresh tokens: one sign-in on one device. Tokens are stored as SHA-256 only. A user has at most
// kMaxSessionsPerUser of them: the least recently used goes first. Expired ones are removed when a new one comes.
inline constexpr int kMaxSessionsPerUser = 50;

struct Session {
  std::string id;
  std::string user_id;
  std::string token_hash;           // of the refresh token in force
  std::string previous_token_hash;  // of the one before, good for a few seconds more; empty before the first rotation
  WallTime rotated_at;
  WallTime expires_at;
  std::string client;  // user agent, shortened; for the list of sessions
  std::string address;
};

class SessionRepository {
 public:
  virtual ~SessionRepository() = default;
  virtual Result<Session> insert(const Session& session) = 0;  // sets id; NotFound when there is no such user
  virtual Result<Session> get(const std::string& id) = 0;      // NotFound
  // Atomically token_hash -> new_hash where token_hash is still in force; Conflict when it is not, or there is no such
  // session.
  virtual Result<void> rotate(const std::string& id, const std::string& token_hash, const std::string& new_hash,
                              WallTime now, WallTime expires_at) = 0;
  virtual Result<void> remove(const std::string& id) = 0;  // no error when there is none
  virtual Result<void> remove_of_user(const std::string& user_id) = 0;
};

struct ApiKey {
  std::string id;  // public part
  std::string name;
  std::string secret_hash;  // SHA-256 of the secret part
  UserRole role = UserRole::Viewer;
  WallTime created_at;
  std::optional<WallTime> expires_at, last_used_at;
};

class ApiKeyRepository {
 public:
  virtual ~ApiKeyRepository() = default;
  virtual Result<std::vector<ApiKey>> list() = 0;
  virtual Result<ApiKey> get(const std::string& id) = 0;                    // NotFound
  virtual Result<ApiKey> insert(const ApiKey& key) = 0;                     // sets id and created_at
  virtual Result<void> touch(const std::string& id, WallTime used_at) = 0;  // no error when there is none
  virtual Result<void> remove(const std::string& id) = 0;                   // NotFound
};

// What one person, or program, arranged for itself; nobody else sees it. `owner`: the id of the user or API key.
// An owner has at most kMaxLayoutsPerOwner: one more is ResourceExhausted. A user's go with the user.
inline constexpr std::size_t kMaxLayoutsPerOwner = 50;
Error too_many_layouts();
Error settings_changed();  // meanwhile, by somebody else
Error settings_too_large();

class LayoutRepository {
 public:
  virtual ~LayoutRepository() = default;
  virtual Result<std::vector<model::Layout>> list(const std::string& owner) = 0;                    // by name, then id
  virtual Result<model::Layout> insert(const std::string& owner, const model::Layout& layout) = 0;  // sets id and time
  virtual Result<model::Layout> update(const std::string& owner, const model::Layout& layout) = 0;  // NotFound
  virtual Result<void> remove(const std::string& owner, const std::string& id) = 0;                 // NotFound
};

// What people set about the server in its page, one text for each subject ("plates", …). Whoever made the text reads
// it.
struct ServerSettings {
  std::uint64_t version = 0;  // counts up with every change; 0: never set
  std::string content;        // at most kMaxServerSettings bytes
  WallTime updated_at;
};
inline constexpr std::size_t kMaxServerSettings = 4U << 20;

class ServerSettingsRepository {
 public:
  virtual ~ServerSettingsRepository() = default;
  virtual Result<ServerSettings> get(const std::string& name) = 0;  // version 0 when it was never set
  // Replaces it when its stored version is still `version`, else Conflict. Returns it as stored. PayloadTooLarge.
  virtual Result<ServerSettings> put(const std::string& name, std::uint64_t version, const std::string& content) = 0;
};

struct StoreHealth {
  bool ok = true;
  std::string detail;
  std::uint64_t bytes = 0;       // database and its write-ahead log
  std::uint64_t free_bytes = 0;  // on its file system
};

class Records;
class Jobs;
class Uploads;

// Everything that is kept, opened together.
class Store {
 public:
  virtual ~Store() = default;
  virtual CameraRepository& cameras() = 0;
  virtual UserRepository& users() = 0;
  virtual SessionRepository& sessions() = 0;
  virtual ApiKeyRepository& api_keys() = 0;
  virtual LayoutRepository& layouts() = 0;
  virtual ServerSettingsRepository& settings() = 0;
  virtual Records& records() = 0;  // store/records.h
  virtual Jobs& jobs() = 0;        // store/jobs.h
  virtual Uploads& uploads() = 0;  // store/uploads.h
  virtual StoreHealth health() = 0;
  // From now on nobody waits longer than that for a database that does not answer, whoever waits now included: what
  // could not be done is Unavailable. For a server that is being stopped.
  virtual void hurry(Nanos /*limit*/) {}
  // 32 bytes for one purpose ("access-token", …), the same at every start of this instance; derived from its secret
  // key.
  virtual Secret instance_key(std::string_view purpose) const = 0;
};

}  // namespace vigil::store
