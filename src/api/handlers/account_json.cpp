#include "api/handlers/account_json.h"

#include <fmt/format.h>

#include <algorithm>

namespace vigil::api {
namespace {

constexpr std::string_view kCookie = "vigil_refresh=";

std::string cookie(const std::string& value, std::int64_t seconds, bool secure) {
  return fmt::format("{}{}; Path=/api/auth; Max-Age={}; HttpOnly; SameSite=Strict{}", kCookie, value, seconds,
                     secure ? "; Secure" : "");
}

Json time_json(const std::optional<WallTime>& time) {
  return time ? Json(to_rfc3339(*time)) : Json();
}

}  // namespace

Json to_json(const Principal& principal) {
  const char* kind = principal.kind == Principal::Kind::User     ? "user"
                     : principal.kind == Principal::Kind::ApiKey ? "api_key"
                                                                 : "local";
  return {{"kind", kind},
          {"id", principal.id.empty() ? Json() : Json(principal.id)},
          {"name", principal.name},
          {"role", store::to_string(principal.role)}};
}

Json to_json(const store::User& user) {
  return {{"id", user.id},
          {"name", user.name},
          {"role", store::to_string(user.role)},
          {"disabled", user.disabled},
          {"created_at", to_rfc3339(user.created_at)}};
}

Json to_json(const store::ApiKey& key) {
  return {{"id", key.id},
          {"name", key.name},
          {"role", store::to_string(key.role)},
          {"created_at", to_rfc3339(key.created_at)},
          {"expires_at", time_json(key.expires_at)},
          {"last_used_at", time_json(key.last_used_at)}};
}

std::string refresh_cookie(const SignIn& sign_in, WallTime now, bool secure) {
  const auto left = std::chrono::duration_cast<std::chrono::seconds>(sign_in.refresh_expires_at - now).count();
  return cookie(sign_in.refresh_token.reveal(), std::max<std::int64_t>(0, left), secure);
}

std::string cleared_cookie(bool secure) {
  return cookie("", 0, secure);
}

Secret refresh_token_in(const Request& request) {
  for (const auto& [name, value] : request.headers.fields()) {
    if (!equals_ignoring_case(name, "Cookie")) continue;
    std::string_view text = value;
    while (!text.empty()) {
      auto end = std::min(text.find(';'), text.size());
      auto pair = text.substr(0, end);
      text.remove_prefix(std::min(end + 1, text.size()));
      while (pair.starts_with(' ')) pair.remove_prefix(1);
      if (pair.starts_with(kCookie)) return Secret(std::string(pair.substr(kCookie.size())));
    }
  }
  return Secret();
}

}  // namespace vigil::api
