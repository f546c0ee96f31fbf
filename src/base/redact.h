#pragma once

#include <string>
#include <string_view>

namespace vigil {

// Removes what must not be seen from a text, and leaves "***" in its place:
//   the user information of every URL in it ("rtsp://***@host/…"), also where an unencoded password breaks the URL,
//   the value of every query parameter, header or JSON member whose name says secret (password, pass, pwd, token,
//   secret, authorization, cookie, …_key, and key=), Vigil's own tokens and keys, and JWTs, wherever they stand.
// Where it cannot tell, it removes too much rather than too little. Linear in the text's length. The one redactor for
// logs, events, problem details and library messages.
std::string redact(std::string_view text);

// Whether a field, member or parameter of this name holds a secret.
bool names_secret(std::string_view name);

}  // namespace vigil
