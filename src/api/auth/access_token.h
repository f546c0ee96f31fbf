#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/result.h"
#include "base/secret.h"
#include "store/repositories.h"

// Access tokens: JWTs (RFC 9068's shape) signed with HMAC-SHA256. The header is one constant; a token whose header
// differs in a single byte is refused before anything in it is read, so there is no algorithm to choose and no key to
// look up.

namespace vigil::api {

inline constexpr std::chrono::seconds kAccessLifetime{600};
inline constexpr std::chrono::seconds kAccessLeeway{30};  // for clocks that differ, at both ends
inline constexpr std::size_t kMaxAccessToken = 2048;      // bytes

struct AccessClaims {
  std::string subject;  // user id
  std::string session;  // the family of refresh tokens that it was issued with
  store::UserRole role = store::UserRole::Viewer;
  std::uint64_t epoch = 0;  // the user's token_epoch when it was issued

  bool operator==(const AccessClaims&) const = default;
};

// `key`: 32 bytes, Store::instance_key("access-token").
Secret issue_access_token(const AccessClaims& claims, WallTime now, const Secret& key);

// Unauthenticated, always with the same message, when anything at all is wrong with it.
Result<AccessClaims> verify_access_token(std::string_view token, WallTime now, const Secret& key);

}  // namespace vigil::api
