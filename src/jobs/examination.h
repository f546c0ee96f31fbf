#pragma once

#include <cstdint>
#include <stop_token>
#include <string>

#include "blob/digest.h"
#include "blob/store.h"
#include "model/asset.h"

namespace vigil::jobs {

// Reads a file that lies in the storage from its beginning to its end, and says whether it is the one that was
// announced. Stopped in between it goes on later where it was. Used by one thread at a time.
class Examination {
 public:
  explicit Examination(blob::Key key) : key_(std::move(key)) {}

  // The asset that it becomes. Cancelled: go on later. What lies there is not what was announced: InvalidArgument
  // (upload.length, upload.sha256), UnsupportedMedia (upload.kind). Unavailable (blob.replaced), and what the storage
  // says.
  Result<model::Asset> go_on(blob::Store& blobs, const model::Upload& upload, const std::stop_token& stop);

 private:
  const blob::Key key_;
  std::string version_, first_;  // the beginning of the file
  std::uint64_t read_ = 0;
  blob::Digest digest_;
};

// InvalidArgument (upload.length) when that is not what was announced.
Result<void> check_length(std::uint64_t bytes, const model::Upload& upload);

}  // namespace vigil::jobs
