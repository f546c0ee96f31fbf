#pragma once

#include <cstdint>
#include <memory>
#include <optional>

#include "api/auth/accounts.h"
#include "api/message.h"

// What WebSockets that tell news have in common.

namespace vigil::api {

// Codes that they are closed with.
inline constexpr std::uint16_t kSignInAgain = 4401, kNoCamera = 4404;

// Whether the sign-in or API key has ended. A store that does not answer now is no reason to send anybody away.
bool has_signed_out(Accounts& accounts, const Principal& who);

// Why a socket is closed whose reader has; nothing while he may go on.
std::optional<MessageSource::End> signed_out(Accounts& accounts, const Principal& who);

// The handshake's answer, in our sub-protocol where the client offers it.
Response socket_answer(const Request& request, std::unique_ptr<MessageSource> messages);

}  // namespace vigil::api
