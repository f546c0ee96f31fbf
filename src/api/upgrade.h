#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "api/message.h"

// The handshake of a WebSocket, as far as it is in the request's head (RFC 6455, 4.2.1). Pure.

namespace vigil::api {

inline constexpr std::string_view kMessages = "vigil.v1";  // the sub-protocol of what we send

// Why the request is no handshake; empty: it is one.
std::string upgrade_fault(const Request& request);

// The sub-protocols that the client offers, in its order; at most sixteen. The views are into the request.
std::vector<std::string_view> offered_protocols(const Request& request);

}  // namespace vigil::api
