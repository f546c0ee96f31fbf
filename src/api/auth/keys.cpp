// API keys: "vgl_<id>_<secret>".

#include <algorithm>

#include "api/auth/accounts_state.h"
#include "api/auth/digest.h"
#include "base/ids.h"
#include "base/log.h"
#include "base/utf8.h"

namespace vigil::api {
namespace {

constexpr std::string_view kPrefix = "vgl_";
constexpr std::size_t kLongestText = 256;
constexpr std::size_t kLongestName = 128;

Error no_key() {
  return make_error(ErrorKind::Unauthenticated, "the API key is not valid, or has expired", "auth.api_key");
}

Result<void> check_name(const std::string& name) {
  bool plain = std::none_of(name.begin(), name.end(), [](unsigned char c) { return c < 0x20 || c == 0x7f; });
  if (!name.empty() && name.size() <= kLongestName && plain && count_code_points(name)) return {};
  return make_error(ErrorKind::InvalidArgument, "an API key's name has 1 to 128 bytes of text", "auth.api_key_name",
                    "/name");
}

}  // namespace

Result<store::ApiKey> Accounts::State::api_key(const std::string& id) {
  auto key = keys.get(id);
  if (!key) {
    auto found = store.api_keys().get(id);
    if (!found && found.error().kind != ErrorKind::NotFound) return std::move(found).error();
    if (!found) return no_key();
    key = *found;
    keys.put(id, *found);
  }
  if (key->expires_at && *key->expires_at <= clock.wall()) return no_key();
  return *key;
}

Result<Principal> Accounts::State::from_api_key(std::string_view text) {
  auto rest = text.substr(std::min(kPrefix.size(), text.size()));
  auto sign = rest.find('_');
  if (text.size() > kLongestText || text.substr(0, kPrefix.size()) != kPrefix || sign == std::string_view::npos)
    return no_key();
  std::string id(rest.substr(0, sign));
  auto hash = sha256_hex(rest.substr(sign + 1));
  auto key = api_key(id);
  if (!key) return std::move(key).error();
  if (!same_secret(hash, key->secret_hash)) return no_key();
  if (touched.claim(id, true).second) {
    // That it was used is worth knowing, but not worth refusing whom we know.
    if (auto noted = store.api_keys().touch(id, clock.wall()); !noted) {
      log::warn("use of an API key is not recorded", {{"key", id}, {"error", noted.error().message}});
    }
  }
  return Principal{Principal::Kind::ApiKey, key->id, key->name, key->role, ""};
}

Result<std::vector<store::ApiKey>> Accounts::api_keys() {
  VIGIL_ASSIGN(auto all, state_->store.api_keys().list());
  for (auto& key : all) key.secret_hash.clear();
  return all;
}

Result<NewApiKey> Accounts::add_api_key(const std::string& name, store::UserRole role,
                                        std::optional<WallTime> expires_at) {
  VIGIL_TRY(check_name(name));
  if (expires_at && *expires_at <= state_->clock.wall()) {
    return make_error(ErrorKind::InvalidArgument, "the API key would have expired already", "auth.api_key_expiry",
                      "/expires_at");
  }
  VIGIL_ASSIGN(auto all, state_->store.api_keys().list());
  if (all.size() >= kMostApiKeys) {
    return make_error(ErrorKind::ResourceExhausted, "there are too many API keys: remove some", "auth.too_many");
  }
  Secret secret(random_token(32));
  store::ApiKey key;
  key.name = name;
  key.role = role;
  key.expires_at = expires_at;
  key.secret_hash = sha256_hex(secret.reveal());
  VIGIL_ASSIGN(key, state_->store.api_keys().insert(key));
  key.secret_hash.clear();
  log::info("API key added", {{"key", key.id}, {"name", key.name}, {"role", store::to_string(role)}});
  return NewApiKey{key, Secret(std::string(kPrefix) + key.id + "_" + secret.reveal())};
}

Result<void> Accounts::remove_api_key(const std::string& id) {
  VIGIL_TRY(state_->store.api_keys().remove(id));
  state_->keys.erase(id);
  log::info("API key removed", {{"key", id}});
  return {};
}

}  // namespace vigil::api
