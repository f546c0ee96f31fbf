#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <string>

#include "base/clock.h"
#include "base/url.h"
#include "blob/s3.h"
#include "blob/s3/http.h"

namespace vigil::blob::s3 {

struct Call {
  std::string method;
  std::string key;  // empty: the bucket
  Fields query = {};
  Fields headers = {};
  const Upload* body = nullptr;
  std::uint64_t max_answer = 1u << 20;
};

// Signed calls, repeated where that helps. Thread-safe.
class Calls {
 public:
  Calls(S3Options options, Clock& clock);

  // NotFound, PermissionDenied, StorageFull (a quota), Unavailable, DataLoss; "blob.s3_range" for 416.
  Result<HttpAnswer> call(const Call& call);
  std::string link(const std::string& method, const std::string& key, Fields query, Fields headers,
                   std::chrono::seconds lifetime) const;
  WallTime modified(const HttpAnswer& answer) const;

 private:
  Result<HttpAnswer> once(const Call& call) const;
  std::string path_of(const std::string& key) const;
  WallTime now() const;
  bool learn_time(const HttpAnswer& answer);

  const S3Options options_;
  const Clock& clock_;
  Credentials credentials_;
  std::string base_, host_;
  std::atomic<std::int64_t> skew_seconds_{0};
};

}  // namespace vigil::blob::s3
