#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/secret.h"
#include "blob/store.h"

namespace vigil::blob {

struct S3Options {
  std::string endpoint;  // "https://s3.eu-central-1.amazonaws.com", "http://minio:9000": scheme, host, port
  std::string bucket;
  std::string folder;  // before every key: "", or "vigil/"
  std::string region = "us-east-1";
  std::string access_key;
  Secret secret_key;
  bool path_style = true;  // false: the bucket is part of the host name
  std::chrono::milliseconds connect_timeout{5000};
  std::chrono::milliseconds stall_timeout{30000};  // without a kilobyte a second
  int tries = 4;                                   // of what can be repeated without harm
  std::chrono::milliseconds first_wait{200};       // before the second; doubles, with jitter
  std::uint64_t part_bytes = 8u << 20;             // at least; larger for large files, so that 9000 are enough
  std::uint64_t copy_bytes = 256u << 20;           // at once, within the storage; larger ones in parts, likewise
};

// A link that opens one object in the storage itself, without us.
struct DirectLink {
  std::string object;
  std::chrono::seconds lifetime{600};  // cut to kLongestLink
  std::string disposition;             // what the answer says it is; reading only
  std::string content_type;            // of the answer, or which the request must have
  std::uint64_t content_length = 0;    // which the request must have; writing only
};

// Blobs in an S3-compatible storage. A file goes in parts; what was not completed is aborted, and abort_forgotten()
// does it for processes that ended meanwhile. An ETag is never taken for a digest.
//
// What can be repeated is repeated with back-off (5xx, SlowDown, broken connections); a clock that is wrong is set by
// the storage's own once. Errors further than the store's: PermissionDenied (blob.s3_auth).
class S3Store : public Store {
 public:
  // Anybody who has the link may write that object again and again until it expires: let it be a fresh random key,
  // and look at what came before it is used.
  virtual Result<std::string> put_link(const Key& key, const DirectLink& link) = 0;
  virtual Result<std::string> get_link(const Key& key, const DirectLink& link) = 0;
  // A copy within the storage, of any size. Unavailable (blob.replaced): it changed meanwhile.
  virtual Result<void> copy(const Key& from, const Key& to) = 0;
  // A blob in parts, brought by others: begun (its id), a link for each part, joined by the ETags that the storage
  // gave for them. FailedPrecondition (blob.parts): parts are missing or too small. NotFound: there is no such upload.
  virtual Result<std::string> begin_parts(const Key& key) = 0;
  virtual Result<std::string> part_link(const Key& key, const std::string& upload, int part,
                                        const DirectLink& link) = 0;
  virtual Result<void> complete_parts(const Key& key, const std::string& upload,
                                      const std::vector<std::string>& tags) = 0;
  virtual Result<void> abort_parts(const Key& key, const std::string& upload) = 0;  // no error when there is none
  // Uploads in parts that were begun before then; answers how many there were.
  virtual Result<int> abort_forgotten(WallTime before) = 0;
};

// Asks for nothing yet: a storage that is away now may come. InvalidArgument: the options.
Result<std::unique_ptr<S3Store>> make_s3_store(S3Options options, Clock& clock = system_clock());

}  // namespace vigil::blob
