#pragma once

#include <string>
#include <string_view>

namespace vigil {

// `bytes` random bytes from the system's generator as lower-case hexadecimal.
std::string random_hex(std::size_t bytes);

// `bytes` random bytes as URL-safe base64 without padding; for tokens.
std::string random_token(std::size_t bytes);

// A version 7 UUID (RFC 9562): sorts by time of making.
std::string new_uuid();

}  // namespace vigil
