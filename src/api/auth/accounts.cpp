#include "api/auth/accounts.h"

#include <cctype>

#include "api/auth/accounts_state.h"
#include "api/auth/digest.h"
#include "api/auth/password.h"
#include "base/ids.h"
#include "base/log.h"
#include "base/utf8.h"

namespace vigil::api {
namespace {

constexpr std::size_t kCacheSize = 4096;

Error setup_done() {
  return make_error(ErrorKind::NotFound, "set-up is done: sign in instead", "auth.setup_done");
}

bool same_name(const std::string& a, const std::string& b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](unsigned char x, unsigned char y) { return std::tolower(x) == std::tolower(y); });
}

}  // namespace

Accounts::State::State(store::Store& the_store, Clock& the_clock)
    : store(the_store),
      clock(the_clock),
      access_key(the_store.instance_key("access-token")),
      refresh_key(the_store.instance_key("refresh-token")),
      throttle(the_clock),
      signed_in(the_clock, kStale, kCacheSize),
      keys(the_clock, kStale, kCacheSize),
      touched(the_clock, std::chrono::minutes(1), kCacheSize),
      successors(the_clock, kRefreshGrace, kCacheSize) {}

Accounts::Accounts(store::Store& store, Clock& clock) : state_(std::make_unique<State>(store, clock)) {}
Accounts::~Accounts() = default;

Result<void> check_user_name(const std::string& name) {
  auto unfit = [](const char* why) { return make_error(ErrorKind::InvalidArgument, why, "auth.user_name", "/name"); };
  if (name.empty() || name.size() > kLongestUserName) return unfit("a user name has 1 to 64 bytes");
  if (!count_code_points(name)) return unfit("the user name is not valid UTF-8");
  if (name.front() == ' ' || name.back() == ' ') return unfit("a user name does not begin or end with a blank");
  for (unsigned char c : name) {
    if (c < 0x20 || c == 0x7f) return unfit("the user name has a control character");
  }
  return {};
}

Result<bool> Accounts::setup_required() {
  if (state_->set_up) return false;
  VIGIL_ASSIGN(auto users, state_->store.users().list());
  if (!users.empty()) state_->set_up = true;
  return users.empty();
}

Result<Secret> Accounts::setup_token() {
  VIGIL_ASSIGN(bool required, setup_required());
  if (!required) return setup_done();
  MutexLock lock(state_->setup_mutex);
  if (state_->setup_token.empty()) state_->setup_token = Secret(random_token(24));
  return state_->setup_token;
}

Result<SignIn> Accounts::complete_setup(const Secret& token, const std::string& name, const Secret& password,
                                        const Peer& peer) {
  VIGIL_ASSIGN(auto expected, setup_token());
  if (!same_secret(token.reveal(), expected.reveal())) {
    return make_error(ErrorKind::Unauthenticated, "this is not the set-up token that the server printed at its start",
                      "auth.setup_token");
  }
  VIGIL_TRY(check_user_name(name));
  VIGIL_TRY(check_password_rules(password.reveal(), name));
  store::User user;
  user.name = name;
  user.role = store::UserRole::Administrator;
  VIGIL_ASSIGN(user.password_hash, hash_password(password.reveal()));
  {
    // Of two who use the link at once, one becomes the administrator.
    MutexLock lock(state_->users_mutex);
    VIGIL_ASSIGN(bool required, setup_required());
    if (!required) return setup_done();
    VIGIL_ASSIGN(user, state_->store.users().insert(user));
    state_->set_up = true;
  }
  {
    MutexLock lock(state_->setup_mutex);
    state_->setup_token = Secret();
  }
  log::info("administrator set up", {{"user", user.name}, {"address", peer.address}});
  return state_->sign_in(user, peer);
}

Result<void> Accounts::State::check_password(const std::string& name, const store::User* user, const Secret& password,
                                             const Peer& peer) {
  auto wait = throttle.begin(name, peer.address);
  if (wait.count() > 0) {
    return make_error(ErrorKind::ResourceExhausted,
                      "too many failed sign-ins: try again in " + std::to_string(wait.count()) + " seconds",
                      "auth.throttled");
  }
  auto right = verify_password(password.reveal(), user != nullptr ? user->password_hash : "");
  if (!right) {
    throttle.cancelled(name, peer.address);
    return std::move(right).error();
  }
  if (!*right || user->disabled) {
    log::warn("sign-in refused", {{"user", name}, {"address", peer.address}});
    return make_error(ErrorKind::Unauthenticated, "the user name or the password is wrong", "auth.credentials");
  }
  throttle.succeeded(name, peer.address);
  return {};
}

Result<SignIn> Accounts::login(const std::string& name, const Secret& password, const Peer& peer) {
  // The throttle decides before the store is asked, so that a guesser costs as little as possible.
  if (auto wait = login_wait(name, peer); wait.count() > 0) {
    VIGIL_TRY(state_->check_password(name, nullptr, password, peer));
  }
  auto user = state_->store.users().find(name.substr(0, kLongestUserName + 1));
  if (!user && user.error().kind != ErrorKind::NotFound) return std::move(user).error();
  bool known = user.ok() && same_name(user->name, name);  // and not by its id
  VIGIL_TRY(state_->check_password(name, known ? &*user : nullptr, password, peer));
  return state_->sign_in(*user, peer);
}

std::chrono::seconds Accounts::login_wait(const std::string& name, const Peer& peer) const {
  return state_->throttle.wait(name, peer.address);
}

Result<SignIn> Accounts::change_password(const Principal& who, const Secret& current, const Secret& replacement,
                                         const Peer& peer) {
  if (who.kind != Principal::Kind::User) {
    return make_error(ErrorKind::PermissionDenied, "only a user who has signed in has a password", "auth.not_a_user");
  }
  VIGIL_ASSIGN(auto user, state_->store.users().find(who.id));
  VIGIL_TRY(state_->check_password(user.name, &user, current, peer));
  VIGIL_TRY(check_password_rules(replacement.reveal(), user.name));
  VIGIL_ASSIGN(user.password_hash, hash_password(replacement.reveal()));
  VIGIL_ASSIGN(auto changed, state_->change(user));
  log::info("password changed", {{"user", changed.name}, {"address", peer.address}});
  return state_->sign_in(changed, peer);
}

Result<Principal> Accounts::authenticate(std::string_view credential) {
  if (credential.substr(0, 4) == "vgl_") return state_->from_api_key(credential);
  return state_->from_access_token(credential);
}

}  // namespace vigil::api
