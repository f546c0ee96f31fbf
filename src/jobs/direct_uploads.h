#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "base/clock.h"
#include "blob/s3.h"
#include "jobs/examination.h"
#include "jobs/upload_locks.h"
#include "jobs/uploads.h"

namespace vigil::jobs {

// What a sender needs to bring a file, or parts of it, to the storage.
struct DirectTicket {
  struct Link {
    int part = 1;
    std::uint64_t bytes = 0;  // exactly so many
    std::string url;
  };
  model::Upload upload;
  bool in_parts = false;                       // false: one PUT
  std::uint64_t part_bytes = 0;                // of each but the last
  int parts = 1;                               // how many there are
  std::vector<Link> links;                     // of those that were asked for
  std::map<std::string, std::string> headers;  // that every one of these requests must have
  WallTime links_until;
};

// Files that their senders bring to an S3 storage by links that are good for a while, without us in between. What
// comes lies at a place of its own; it becomes an asset only when its sender says that it is complete: it is then
// copied to where nobody's link leads, and read there, whole, before anything else. Who uses the link again afterwards
// changes nothing, and what he left is cleared away. Thread-safe; calls block on storage and store.
class DirectUploads {
 public:
  static constexpr std::uint64_t kMaxBytes = 5ull << 40;  // of one object of S3
  static constexpr std::size_t kLinksAtOnce = 100;

  // References must outlive it.
  DirectUploads(UploadsConfig config, store::Uploads& store, blob::S3Store& blobs, Clock& clock);

  // Links of the first parts. Its length must be known. Errors: as Uploads::create(), and PayloadTooLarge
  // (upload.direct_size).
  Result<DirectTicket> create(const Actor& actor, const NewUpload& wanted);
  // Links of parts, again or further ones. InvalidArgument (upload.parts); NotFound (upload.not_found, upload.closed).
  Result<DirectTicket> links(const Actor& actor, const std::string& id, const std::vector<int>& parts);
  // Makes an asset of what came. `tags`: the ETag of each part, in their order; empty where there are none.
  //
  // FailedPrecondition (upload.missing): nothing lies there yet, or not all parts. What lies there is not what was
  // announced, and is given up: InvalidArgument (upload.length, upload.sha256), UnsupportedMedia (upload.kind). An
  // upload that is complete gives the same answer again; one whose reading was stopped is read on from there.
  Result<UploadStatus> complete(const Actor& actor, const std::string& id, const std::vector<std::string>& tags,
                                std::stop_token stop = {});
  Result<void> remove(const Actor& actor, const std::string& id);  // FailedPrecondition (upload.complete)
  // Clears away what was abandoned, and what came by links after the end. Answers how many. Now and then.
  Result<int> sweep();

 private:
  Result<model::Upload> find(const Actor& actor, const std::string& id);
  Result<model::Upload> find_open(const Actor& actor, const std::string& id);
  Result<DirectTicket> ticket(const model::Upload& upload, const std::vector<int>& parts);
  Result<void> join(const model::Upload& upload, const std::vector<std::string>& tags);
  Result<UploadStatus> take(model::Upload upload, const std::stop_token& stop);
  std::optional<Examination> interrupted(const std::string& id) VIGIL_EXCLUDES(mutex_);
  void remember(const std::string& id, const Examination& examination) VIGIL_EXCLUDES(mutex_);
  Result<void> give_up(const model::Upload& upload, const store::UploadEnd& end);
  Result<int> clear_leftovers();
  std::uint64_t part_bytes(std::uint64_t length) const;

  const UploadsConfig config_;
  store::Uploads& store_;
  blob::S3Store& blobs_;
  Clock& clock_;
  UploadLocks locks_;
  Mutex mutex_;
  SteadyTime next_look_ VIGIL_GUARDED_BY(mutex_){};
  // Files that are copied, and read in part: whoever waited for it has gone, and may come again.
  std::map<std::string, Examination> interrupted_ VIGIL_GUARDED_BY(mutex_);
};

}  // namespace vigil::jobs
