#pragma once

#include <string>
#include <string_view>

#include "base/result.h"

namespace vigil::api {

inline constexpr std::size_t kMinPassword = 10;   // characters (code points)
inline constexpr std::size_t kMaxPassword = 256;  // bytes

// What a new password must satisfy: kMinPassword to kMaxPassword, valid UTF-8, not the user's name, not one of the
// commonest. InvalidArgument with pointer "/password" otherwise.
Result<void> check_password_rules(std::string_view password, std::string_view user_name);

// Argon2id with libsodium's INTERACTIVE limits (64 MiB, tens of milliseconds of one core). At most kHashesAtOnce run at
// the same time; more wait, and when too many wait, the answer is ResourceExhausted. Blocks; thread-safe.
inline constexpr int kHashesAtOnce = 2;
Result<std::string> hash_password(std::string_view password);

// False when the password is wrong, or `hash` is empty (nobody by that name): that costs the same time.
Result<bool> verify_password(std::string_view password, std::string_view hash);

}  // namespace vigil::api
