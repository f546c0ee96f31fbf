#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "base/secret.h"

namespace vigil {

// An absolute URL with an authority (RFC 3986), taken apart. Host without the brackets of IPv6. User and password are
// percent-decoded; path and query are kept as written. file: and v4l2: URLs have no
// host.
struct Url {
  std::string scheme;  // lower case
  std::string user;
  Secret password;
  std::string host;
  std::string port;   // as written, empty when absent: digits, or a service name
  std::string path;   // starts with '/' unless empty
  std::string query;  // without '?'

  bool operator==(const Url&) const = default;

  // The port as a number; nothing when it is absent or a name.
  std::optional<std::uint16_t> port_number() const;
  // As text, without credentials: what may be shown, logged and stored in the clear.
  std::string without_credentials() const;
  // As text, with user and password percent-encoded: only for the library that opens the connection.
  Secret with_credentials() const;
};

// Fails (InvalidArgument, naming the fault, never echoing the text) on anything that is no such URL: missing scheme or
// host, control characters or blanks, a port above 65535, user information that does not decode,
// and what looks like an unencoded '/', '?' or '#' in a password.
Result<Url> parse_url(std::string_view text);

std::string percent_encode(std::string_view text);
// Nothing when an escape is incomplete or decodes to a control character.
std::optional<std::string> percent_decode(std::string_view text);

}  // namespace vigil
