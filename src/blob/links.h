#pragma once

#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/result.h"
#include "base/secret.h"
#include "blob/key.h"

namespace vigil::blob {

enum class Method { Get, Put };

inline constexpr std::chrono::seconds kLongestLink{15 * 60};

// What a link may do: one method on one object until a time. `variant` binds it to one form of it ("" the blob itself).
struct Grant {
  Method method = Method::Get;
  std::string object;  // a key, or an id
  std::string variant;
  WallTime expires;
};

// Links that this server honours itself: HMAC-SHA256 over everything that the grant says. A token does not say what it
// is for: the one who checks it does, so that it opens that and nothing else.
class Links {
 public:
  // `key`: at least 32 bytes. `key_id` names it, so that keys can be exchanged.
  Links(Secret key, std::string key_id);
  // Cut to kLongestLink from `now`. "<key id>.<expiry>.<mac>"
  std::string sign(Grant grant, WallTime now) const;
  // PermissionDenied (link.expired, link.invalid). The grant's own time does not count.
  Result<void> check(std::string_view token, const Grant& wanted, WallTime now) const;

 private:
  std::string mac(const Grant& grant) const;
  Secret key_;
  std::string key_id_;
};

}  // namespace vigil::blob
