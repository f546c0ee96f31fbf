#pragma once

#include <atomic>
#include <string>

#include "api/auth/accounts.h"
#include "api/auth/login_throttle.h"
#include "api/auth/refresh_token.h"
#include "api/auth/ttl_cache.h"
#include "base/sync.h"

// What the parts of Accounts (accounts.cpp, sessions.cpp, users.cpp, keys.cpp) share.

namespace vigil::api {

inline constexpr std::chrono::hours kRefreshLifetime{30 * 24};
inline constexpr std::chrono::seconds kRefreshGrace{10};
inline constexpr std::chrono::seconds kStale{5};  // how old what authenticate() knows may be
inline constexpr std::size_t kLongestClient = 200;
inline constexpr std::size_t kLongestUserName = 64;  // bytes
inline constexpr std::size_t kMostUsers = 1000, kMostApiKeys = 1000;

struct Accounts::State {
  State(store::Store& the_store, Clock& the_clock);

  // A new session for a user who has proved who they are.
  Result<SignIn> sign_in(const store::User& user, const Peer& peer);
  SignIn tokens(const store::User& user, const RefreshToken& refresh, WallTime refresh_expires_at) const;
  Result<SignIn> rotate(const store::Session& session, const store::User& user, const RefreshToken& token,
                        const Peer& peer);
  // Somebody has a copy of a refresh token: ends the session for everybody.
  Error reused(const store::Session& session, const Peer& peer);
  Result<void> end_session(const std::string& session);
  // Replaces a user; what was issued before dies at once.
  Result<store::User> change(const store::User& user);

  Result<Principal> from_access_token(std::string_view token);
  Result<Principal> from_api_key(std::string_view text);
  // As they were within the last five seconds. Unauthenticated: not there, disabled or expired.
  Result<store::User> user_of(const std::string& session);
  Result<store::ApiKey> api_key(const std::string& id);

  // Whether `password` is the user's, at the pace that the throttle allows. The user may be nobody.
  Result<void> check_password(const std::string& name, const store::User* user, const Secret& password,
                              const Peer& peer);
  // FailedPrecondition when nobody but `user` could administer.
  Result<void> check_administrator_remains(const store::User& user) VIGIL_REQUIRES(users_mutex);

  store::Store& store;
  Clock& clock;
  const Secret access_key, refresh_key;
  LoginThrottle throttle;
  TtlCache<store::User> signed_in;    // by session: its user; for authenticate()
  TtlCache<store::ApiKey> keys;       // by id
  TtlCache<bool> touched;             // API keys whose use was noted within the last minute
  TtlCache<RefreshToken> successors;  // by session and the hash of the token that was replaced

  // Held over the store on purpose: who counts administrators must be alone until the change is stored.
  Mutex users_mutex;

  std::atomic<bool> set_up{false};  // there is a user; never turns back
  Mutex setup_mutex;
  Secret setup_token VIGIL_GUARDED_BY(setup_mutex);
};

Result<void> check_user_name(const std::string& name);

}  // namespace vigil::api
