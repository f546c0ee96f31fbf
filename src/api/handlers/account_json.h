#pragma once

#include "api/message.h"

namespace vigil::api {

Json to_json(const Principal& principal);
Json to_json(const store::User& user);
Json to_json(const store::ApiKey& key);

// The refresh token's cookie: only for /api/auth, never readable by scripts, never sent along by foreign pages.
std::string refresh_cookie(const SignIn& sign_in, WallTime now, bool secure);
std::string cleared_cookie(bool secure);
// Its value in a Cookie header; empty without one.
Secret refresh_token_in(const Request& request);

}  // namespace vigil::api
