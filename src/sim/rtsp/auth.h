#pragma once

#include <string>
#include <string_view>

#include "base/secret.h"
#include "sim/rtsp/message.h"

// Basic (RFC 7617) and Digest with MD5 (RFC 2617, 7616), as cameras ask for it. Pure.

namespace vigil::sim::rtsp {

enum class AuthScheme { Any, Digest, Basic };  // which a server offers and takes; Any: both

struct Credentials {
  std::string user;  // empty: nobody is asked
  Secret password;
  AuthScheme scheme = AuthScheme::Any;
};

// The WWW-Authenticate fields of a 401.
Headers challenges(AuthScheme scheme, std::string_view realm, std::string_view nonce);

// Whether the request's Authorization proves the credentials, for this realm and nonce.
bool authorised(const Request& request, const Credentials& wanted, std::string_view realm, std::string_view nonce);

// `response` of RFC 2617, 3.2.2.1; with an empty qop the form of RFC 2069.
struct DigestInput {
  std::string_view user, realm, password, method, uri, nonce, nonce_count, client_nonce, qop;
};
std::string digest_response(const DigestInput& input);

}  // namespace vigil::sim::rtsp
