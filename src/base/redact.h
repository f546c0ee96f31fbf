#pragma once

#include <string>
#include <string_view>

namespace vigil {

// Removes what must not be seen from a text: the user information of every URL in it ("rtsp://***@host/…"),
// and the values of query parameters and header-like fields whose name says secret (password, pass, pwd, token,
// key, secret, authorization). The one redactor for logs, events, problem details and library messages.
std::string redact(std::string_view text);

}  // namespace vigil
