#pragma once

#include <string>
#include <string_view>

#include "base/secret.h"

// The few cryptographic building blocks of tokens; all by libsodium.

namespace vigil::api {

std::string sha256_hex(std::string_view text);

// In constant time for equal lengths: the only way to compare anything secret.
bool same_secret(std::string_view a, std::string_view b);

// HMAC-SHA256 with a key of 32 bytes.
std::string hmac_sha256(std::string_view text, const Secret& key);

std::string to_base64url(std::string_view bytes);
// False unless it is the canonical unpadded form.
bool from_base64url(std::string_view text, std::string& bytes);

std::string to_hex(std::string_view bytes);

}  // namespace vigil::api
