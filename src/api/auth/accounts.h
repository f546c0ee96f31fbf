#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "base/secret.h"
#include "store/repositories.h"

namespace vigil::api {

// Who makes a request.
struct Principal {
  enum class Kind {
    User,    // signed in with a password
    ApiKey,  // a program
    Local,   // auth.mode none: everybody who reaches the server
  };
  Kind kind = Kind::User;
  std::string id;  // of the user or the API key
  std::string name;
  store::UserRole role = store::UserRole::Viewer;
  std::string session;  // users only

  bool operator==(const Principal&) const = default;
};

// Where a request comes from.
struct Peer {
  std::string address;  // IP address without port; the proxy's word for it where the proxy is trusted
  std::string client;   // user agent; shortened to 200 bytes before it is kept
};

struct SignIn {
  Principal principal;
  Secret access_token;  // "Authorization: Bearer …"
  std::chrono::seconds access_lifetime{0};
  Secret refresh_token;
  WallTime refresh_expires_at;
};

// An API key as it may be shown; the secret is shown once, when it is made.
struct NewApiKey {
  store::ApiKey key;
  Secret text;  // "vgl_<id>_<secret>"
};

// Users, sessions and API keys: who may come in. Thread-safe. Everything may block on the store or for a password hash
// (tens of milliseconds): never call it from an event loop. authenticate() is a look-up in memory for anybody seen in
// the last five seconds, reads the store otherwise, and writes it once a minute for an API key in use.
//
// Error codes: auth.credentials, auth.session, auth.session_reused, auth.api_key, auth.token, auth.setup_token,
// auth.setup_done, auth.throttled, auth.last_administrator; password rules and names: InvalidArgument with a pointer.
class Accounts {
 public:
  // Keeps a reference to both. The store's instance keys sign the tokens.
  Accounts(store::Store& store, Clock& clock);
  ~Accounts();
  Accounts(const Accounts&) = delete;
  Accounts& operator=(const Accounts&) = delete;

  // First start: while there is no user, a random one-time token (for the link that the server prints) makes the
  // administrator.
  Result<bool> setup_required();
  Result<Secret> setup_token();  // the same until it is used; NotFound when set-up is done
  // NotFound when set-up is done; Unauthenticated for a wrong token.
  Result<SignIn> complete_setup(const Secret& token, const std::string& name, const Secret& password, const Peer& peer);

  // Unauthenticated (auth.credentials) whether the name, the password or a disabled user is the reason. From the fifth
  // failure of one name from one address on, ResourceExhausted (auth.throttled) for login_wait(): 2 s, doubling up to
  // 15 minutes.
  Result<SignIn> login(const std::string& name, const Secret& password, const Peer& peer);
  std::chrono::seconds login_wait(const std::string& name, const Peer& peer) const;  // for Retry-After; 0: try now

  // A new pair of tokens. The refresh token before this one gives the same successor for ten seconds more to the same
  // client (its answer may have been lost); an older one, or later, means that somebody copied it: the session ends for
  // everybody (auth.session_reused). Unauthenticated in all cases of refusal.
  Result<SignIn> refresh(const Secret& refresh_token, const Peer& peer);
  Result<void> logout(const Secret& refresh_token);            // no error for a token that is no good
  Result<void> logout_everywhere(const std::string& user_id);  // ends all sessions and access tokens of a user

  // Unauthenticated for every reason. `credential` is what follows "Bearer ": an access token, or an API key.
  Result<Principal> authenticate(std::string_view credential);
  // Whether somebody whom authenticate() let in may stay: for answers that go on and on. Their access token may have
  // expired since; their session, user or API key may not have ended. Unauthenticated for every reason. Costs what
  // authenticate() costs, and is as late.
  Result<void> confirm(const Principal& who);

  // Ends all sessions of the user and returns a new one. Throttled like login.
  Result<SignIn> change_password(const Principal& who, const Secret& current, const Secret& replacement,
                                 const Peer& peer);

  // Users. There is always one administrator who is not disabled: FailedPrecondition (auth.last_administrator).
  struct UserChange {
    std::optional<store::UserRole> role;
    std::optional<bool> disabled;
    std::optional<Secret> password;
  };
  Result<std::vector<store::User>> users();  // without password hashes
  Result<store::User> add_user(const std::string& name, const Secret& password, store::UserRole role);
  Result<store::User> change_user(const std::string& id, const UserChange& change);  // ends the user's sessions
  Result<void> remove_user(const std::string& id);

  // API keys. A lifetime of nothing: until removed.
  Result<std::vector<store::ApiKey>> api_keys();  // without secret hashes
  Result<NewApiKey> add_api_key(const std::string& name, store::UserRole role, std::optional<WallTime> expires_at);
  Result<void> remove_api_key(const std::string& id);  // NotFound; in force at once

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace vigil::api
