#pragma once

#include <string_view>

#include "api/message.h"

namespace vigil::api {

// What a request says who it is: what follows "Bearer " in Authorization, or the API key; for WebSockets, to which
// browsers add no headers, also the sub-protocol "vigil.bearer.<access token or API key>". Empty: nothing.
// The view is into the request.
std::string_view credential_of(const Request& request);

}  // namespace vigil::api
