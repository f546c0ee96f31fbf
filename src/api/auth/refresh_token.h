#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/secret.h"

// Refresh tokens: "vgr_<session>_<secret>_<mac>", all in lower-case hexadecimal. The secret has 256 random bits; the
// database knows only its hash. The MAC tells a token that was once ours, however old, from one that somebody made up:
// only the former may end the session that it names.

namespace vigil::api {

struct RefreshToken {
  std::string session;
  Secret secret;

  bool operator==(const RefreshToken&) const = default;
};

Secret refresh_token_text(const RefreshToken& token, const Secret& key);
std::optional<RefreshToken> read_refresh_token(std::string_view text, const Secret& key);

}  // namespace vigil::api
