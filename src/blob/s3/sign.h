#pragma once

#include <map>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/secret.h"

// AWS Signature Version 4 (docs.aws.amazon.com, "Signature Version 4 signing process" and "Authenticating requests:
// using query parameters"). Our own, not libcurl's: one signer for headers and for links, and Debian 12's libcurl does
// not sort queries. Pure.

namespace vigil::blob::s3 {

struct Credentials {
  std::string access_key;
  Secret secret_key;
  std::string region = "us-east-1";
};

using Fields = std::map<std::string, std::string>;  // names in lower case for headers

struct Signable {
  std::string method = "GET";
  std::string path = "/";    // already percent-encoded
  Fields query;              // not encoded
  Fields headers;            // all of them are signed; "host" must be there
  std::string payload_hash;  // hexadecimal SHA-256, or UNSIGNED-PAYLOAD
};

inline constexpr const char* kUnsignedPayload = "UNSIGNED-PAYLOAD";

std::string uri_encode(std::string_view text);  // everything but A-Z a-z 0-9 - . _ ~
std::string query_text(const Fields& query);    // sorted and encoded
std::string amz_date(WallTime time);            // "20130524T000000Z"

// The value of Authorization. `request.headers` must have x-amz-date, of the same time.
std::string authorization(const Signable& request, const Credentials& credentials, WallTime time);

// The query of a link that does this for `lifetime` (at most a week): request.query with the signature. The payload is
// not signed.
std::string presigned_query(Signable request, const Credentials& credentials, WallTime time,
                            std::chrono::seconds lifetime);

}  // namespace vigil::blob::s3
