#pragma once

#include <chrono>
#include <string>
#include <string_view>

#include "api/auth/accounts.h"
#include "base/clock.h"
#include "base/result.h"
#include "base/secret.h"

// Tickets: what players show that cannot send headers (VLC, ffplay, a picture in a page). A ticket is good for looking
// at one camera until it expires, or until the sign-in or API key that it was made with ends, and for nothing else: it
// stands in addresses, and addresses end up in logs. Signed with HMAC-SHA256, so that nothing need be remembered.

namespace vigil::api {

inline constexpr std::size_t kMaxTicket = 1024;  // bytes

class Tickets {
 public:
  // `key`: 32 bytes, Store::instance_key("live-ticket"). `clock` outlives this.
  Tickets(Secret key, const Clock& clock) : key_(std::move(key)), clock_(clock) {}

  std::string issue(const Principal& who, std::string_view camera, std::chrono::seconds lifetime) const;

  // Who made it; whether they may stay is for Accounts::confirm() to say. Unauthenticated with code auth.ticket when it
  // is none of ours, auth.ticket_expired; PermissionDenied when it is for another camera.
  Result<Principal> verify(std::string_view ticket, std::string_view camera) const;

 private:
  const Secret key_;
  const Clock& clock_;
};

}  // namespace vigil::api
