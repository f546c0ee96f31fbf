#include "api/auth/access_token.h"

#include "api/auth/digest.h"
#include "base/ids.h"
#include "base/json.h"

namespace vigil::api {
namespace {

constexpr const char* kIssuer = "vigil";

const std::string& header() {
  static const std::string text = to_base64url(R"({"alg":"HS256","typ":"at+jwt"})") + ".";
  return text;
}

std::int64_t seconds(WallTime time) {
  return std::chrono::duration_cast<std::chrono::seconds>(time.time_since_epoch()).count();
}

bool has_text(const Json& claims, const char* name, std::string* out = nullptr) {
  auto found = claims.find(name);
  if (found == claims.end() || !found->is_string() || found->get_ref<const std::string&>().empty()) return false;
  if (out != nullptr) *out = found->get<std::string>();
  return true;
}

bool has_number(const Json& claims, const char* name, std::int64_t& out) {
  constexpr std::int64_t kLargest = std::int64_t{1} << 53;
  auto found = claims.find(name);
  // Our own numbers are never negative.
  if (found == claims.end() || !found->is_number_unsigned() || found->get<std::uint64_t>() > kLargest) return false;
  out = found->get<std::int64_t>();
  return true;
}

bool read_claims(const Json& claims, WallTime now, AccessClaims& out) {
  if (!claims.is_object()) return false;
  std::string issuer, audience, role;
  std::int64_t issued = 0, not_before = 0, expires = 0, epoch = 0;
  bool complete = has_text(claims, "iss", &issuer) && has_text(claims, "aud", &audience) &&
                  has_text(claims, "sub", &out.subject) && has_text(claims, "sid", &out.session) &&
                  has_text(claims, "role", &role) && has_text(claims, "jti") && has_number(claims, "epoch", epoch) &&
                  has_number(claims, "iat", issued) && has_number(claims, "nbf", not_before) &&
                  has_number(claims, "exp", expires);
  auto known_role = store::user_role_from(role);
  if (!complete || issuer != kIssuer || audience != kIssuer || !known_role) return false;
  out.role = *known_role;
  out.epoch = static_cast<std::uint64_t>(epoch);
  auto time = seconds(now), leeway = std::int64_t{kAccessLeeway.count()};
  if (expires <= issued || expires - issued > kAccessLifetime.count()) return false;
  return time < expires + leeway && time + leeway >= not_before && time + leeway >= issued;
}

}  // namespace

Secret issue_access_token(const AccessClaims& claims, WallTime now, const Secret& key) {
  auto issued = seconds(now);
  Json payload = {{"iss", kIssuer},
                  {"aud", kIssuer},
                  {"sub", claims.subject},
                  {"sid", claims.session},
                  {"role", store::to_string(claims.role)},
                  {"epoch", claims.epoch},
                  {"iat", issued},
                  {"nbf", issued},
                  {"exp", issued + kAccessLifetime.count()},
                  {"jti", random_token(16)}};
  auto text = header() + to_base64url(to_text(payload));
  return Secret(text + "." + to_base64url(hmac_sha256(text, key)));
}

Result<AccessClaims> verify_access_token(std::string_view token, WallTime now, const Secret& key) {
  auto refused = make_error(ErrorKind::Unauthenticated, "the access token is not valid, or has expired", "auth.token");
  if (token.size() > kMaxAccessToken || token.substr(0, header().size()) != header()) return refused;
  auto dot = token.rfind('.');
  if (dot < header().size()) return refused;  // the header's own dot: there is no signature
  auto payload = token.substr(header().size(), dot - header().size());
  std::string signature, text;
  if (!from_base64url(token.substr(dot + 1), signature)) return refused;
  if (!same_secret(signature, hmac_sha256(token.substr(0, dot), key))) return refused;
  // From here on it is our own text, or our key is lost.
  if (!from_base64url(payload, text)) return refused;
  auto claims = parse_json(text, {.max_bytes = kMaxAccessToken, .max_depth = 2});
  AccessClaims out;
  if (!claims || !read_claims(*claims, now, out)) return refused;
  return out;
}

}  // namespace vigil::api
