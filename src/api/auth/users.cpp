// Users: made, changed and removed by an administrator.

#include "api/auth/accounts_state.h"
#include "api/auth/password.h"
#include "base/log.h"

namespace vigil::api {

Result<store::User> Accounts::State::change(const store::User& user) {
  VIGIL_ASSIGN(auto changed, store.users().update(user));
  VIGIL_TRY(store.sessions().remove_of_user(user.id));
  signed_in.clear();
  changed.password_hash = user.password_hash;
  return changed;
}

Result<void> Accounts::State::check_administrator_remains(const store::User& user) {
  VIGIL_ASSIGN(auto all, store.users().list());
  for (const auto& other : all) {
    if (other.id != user.id && other.role == store::UserRole::Administrator && !other.disabled) return {};
  }
  return make_error(ErrorKind::FailedPrecondition,
                    "this is the last administrator: make another user administrator first", "auth.last_administrator");
}

Result<void> Accounts::logout_everywhere(const std::string& user_id) {
  VIGIL_ASSIGN(auto user, state_->store.users().find(user_id));
  VIGIL_TRY(state_->change(user));
  return {};
}

Result<std::vector<store::User>> Accounts::users() {
  VIGIL_ASSIGN(auto all, state_->store.users().list());
  for (auto& user : all) user.password_hash.clear();
  return all;
}

Result<store::User> Accounts::add_user(const std::string& name, const Secret& password, store::UserRole role) {
  VIGIL_TRY(check_user_name(name));
  VIGIL_TRY(check_password_rules(password.reveal(), name));
  VIGIL_ASSIGN(auto all, state_->store.users().list());
  if (all.size() >= kMostUsers)
    return make_error(ErrorKind::ResourceExhausted, "there are too many users", "auth.too_many");
  store::User user;
  user.name = name;
  user.role = role;
  VIGIL_ASSIGN(user.password_hash, hash_password(password.reveal()));
  VIGIL_ASSIGN(auto added, state_->store.users().insert(user));
  added.password_hash.clear();
  log::info("user added", {{"user", added.name}, {"role", store::to_string(role)}});
  return added;
}

Result<store::User> Accounts::change_user(const std::string& id, const UserChange& change) {
  std::string hash;
  if (change.password) {
    VIGIL_ASSIGN(auto named, state_->store.users().find(id));
    VIGIL_TRY(check_password_rules(change.password->reveal(), named.name));
    VIGIL_ASSIGN(hash, hash_password(change.password->reveal()));
  }
  store::User changed;
  {
    MutexLock lock(state_->users_mutex);
    VIGIL_ASSIGN(auto user, state_->store.users().find(id));
    if (change.role) user.role = *change.role;
    if (change.disabled) user.disabled = *change.disabled;
    if (change.password) user.password_hash = hash;
    if (user.role != store::UserRole::Administrator || user.disabled) {
      VIGIL_TRY(state_->check_administrator_remains(user));
    }
    VIGIL_ASSIGN(changed, state_->change(user));
  }
  changed.password_hash.clear();
  log::info("user changed",
            {{"user", changed.name}, {"role", store::to_string(changed.role)}, {"disabled", changed.disabled}});
  return changed;
}

Result<void> Accounts::remove_user(const std::string& id) {
  {
    MutexLock lock(state_->users_mutex);
    VIGIL_ASSIGN(auto user, state_->store.users().find(id));
    VIGIL_TRY(state_->check_administrator_remains(user));
    VIGIL_TRY(state_->store.users().remove(user.id));
  }
  state_->signed_in.clear();
  log::info("user removed", {{"user_id", id}});
  return {};
}

}  // namespace vigil::api
