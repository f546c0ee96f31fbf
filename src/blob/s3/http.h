#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"
#include "blob/s3/sign.h"

// One request to an S3 storage by libcurl: no redirects, no proxies of the environment, every wait bounded. Connections
// are kept for the next one.

namespace vigil::blob::s3 {

// What is sent: bytes, or a part of an open file.
struct Upload {
  std::string_view bytes;
  int fd = -1;
  std::uint64_t offset = 0, size = 0;  // of the file
};

struct HttpRequest {
  std::string method, url;
  Fields headers;
  const Upload* body = nullptr;
  std::uint64_t max_answer = 1u << 20;  // more than that is cut off and DataLoss
  std::chrono::milliseconds connect_timeout{5000}, stall_timeout{30000};
};

struct HttpAnswer {
  int status = 0;
  Fields headers;  // names in lower case
  std::string body;
};

// Unavailable: no answer, or a broken one. DataLoss: the body is shorter than it said.
Result<HttpAnswer> perform(const HttpRequest& request);

}  // namespace vigil::blob::s3
