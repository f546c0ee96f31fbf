#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/secret.h"
#include "rtp/message.h"

// Basic (RFC 7617) and Digest with MD5 and SHA-256 (RFC 2617, 7616) for RTSP, both sides. Pure.

namespace vigil::rtp {

enum class AuthScheme { Any, Digest, Basic };  // which a server offers and takes; Any: both
enum class DigestAlgorithm { Md5, Sha256 };

struct Credentials {
  std::string user;  // empty: nobody is asked
  Secret password;
  AuthScheme scheme = AuthScheme::Any;
  DigestAlgorithm algorithm = DigestAlgorithm::Md5;
};

// The WWW-Authenticate fields of a 401.
Headers challenges(AuthScheme scheme, std::string_view realm, std::string_view nonce,
                   DigestAlgorithm algorithm = DigestAlgorithm::Md5);

// Whether the request's Authorization proves the credentials, for this realm and nonce.
bool authorised(const Request& request, const Credentials& wanted, std::string_view realm, std::string_view nonce);

// User and password of a Basic Authorization field; nothing when it is none.
struct UserPassword {
  std::string user;
  Secret password;
};
std::optional<UserPassword> basic_credentials(const Request& request);

// `response` of RFC 2617, 3.2.2.1, and RFC 7616; with an empty qop the form of RFC 2069.
struct DigestInput {
  std::string_view user, realm, password, method, uri, nonce, nonce_count, client_nonce, qop;
  DigestAlgorithm algorithm = DigestAlgorithm::Md5;
  bool session = false;  // the "-sess" variants
};
std::string digest_response(const DigestInput& input);

// What a server asks for.
struct Challenge {
  AuthScheme scheme = AuthScheme::Basic;  // never Any
  DigestAlgorithm algorithm = DigestAlgorithm::Md5;
  bool session = false, qop_auth = false, stale = false;
  std::string realm, nonce, opaque;
  std::string algorithm_text;  // as written
};

// All that a 401 offers and that we can do, in one field or many; others are left out.
std::vector<Challenge> parse_challenges(const Headers& headers);

// Signs the requests of one client. Not thread-safe.
class Authenticator {
 public:
  Authenticator(std::string user, Secret password) : user_(std::move(user)), password_(std::move(password)) {}

  // Takes a 401. True: another try makes sense, either because nothing was proven yet, or because only the nonce was
  // old. SHA-256 goes before MD5, Digest before Basic.
  bool challenged(const Response& refusal);

  // A signed request was taken: what is refused later is refused because the nonce is old.
  void accepted() { trusted_ = proven_; }

  // The Authorization field; nothing before the first challenge.
  std::optional<std::string> authorization(std::string_view method, std::string_view uri);

 private:
  std::string user_;
  Secret password_;
  std::optional<Challenge> challenge_;
  bool proven_ = false;   // the challenge was answered
  bool trusted_ = false;  // and that answer accepted
  unsigned count_ = 0;    // uses of the nonce
  int stale_ = 0;
};

}  // namespace vigil::rtp
