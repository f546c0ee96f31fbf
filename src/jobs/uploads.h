#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "blob/digest.h"
#include "blob/store.h"
#include "store/uploads.h"

namespace vigil::jobs {

struct UploadsConfig {
  std::string folder;                          // where files grow; made (0700)
  std::uint64_t max_bytes = 20ull << 30;       // of one file
  store::UploadQuota quota;                    // of one owner
  std::chrono::seconds expire_after{86400};    // without a new byte
  std::chrono::seconds forget_after{604800};   // an upload that ended is known for so long
  store::KeepFor keep;                         // for whoever has no own times
  std::uint64_t sync_bytes = 32u << 20;        // so often what came is put on the disk for good while more comes
  std::chrono::milliseconds lock_wait{20000};  // for another request of the same upload to let go
  std::uint64_t keep_free = 256u << 20;        // of the disk
  std::chrono::seconds max_duration{86400};    // of a video; told, and kept to by whoever opens it
  std::function<std::vector<model::Job>(const model::Asset&)> jobs_for;  // what is done with a new asset; may be empty
};

// On whose behalf something is asked. What is not theirs does not exist for them.
struct Actor {
  std::string owner;
  bool everything = false;  // an administrator: sees and removes everybody's
};

struct NewUpload {
  std::optional<std::uint64_t> length;            // nothing: said later
  std::string name, type, sha256;                 // as the sender says
  std::optional<store::JobWebhook> webhook = {};  // who is told how it ends
};

struct UploadStatus {
  model::Upload upload;
  bool duplicate = false;  // the same content was here already
  std::string job_id;      // queued by the bytes that came just now
};

struct Checksum {
  blob::DigestKind kind = blob::DigestKind::Sha256;
  std::string digest;  // raw bytes
};

// Takes the bytes of one request. Whoever has it is the only one who writes this upload; it is let go when this is
// destroyed, and what came until then is kept, unless it was to be checked as a whole. Used by one thread at a time.
class UploadWriter {
 public:
  virtual ~UploadWriter() = default;
  // PayloadTooLarge (upload.length): more than was announced; StorageFull; Cancelled (upload.taken_over): somebody else
  // wants to go on.
  virtual Result<void> write(std::string_view bytes) = 0;
  // What came is on the disk for good when this returns; with the last byte it becomes an asset. InvalidArgument
  // (upload.checksum): the bytes of this request are not what they should be, and are dropped. UnsupportedMedia
  // (upload.kind), InvalidArgument (upload.sha256): the file is not what it was said to be, and is given up.
  virtual Result<UploadStatus> finish() = 0;
};

class FileWriter;

// Files on their way in: protocol-neutral. Thread-safe; calls block on disk and store.
class Uploads {
 public:
  // All references must outlive it.
  Uploads(UploadsConfig config, store::Uploads& store, blob::Store& blobs, Clock& clock);
  ~Uploads();
  Uploads(const Uploads&) = delete;
  Uploads& operator=(const Uploads&) = delete;

  // Makes the folder, and cuts files back to what was acknowledged. Once, before anything else.
  Result<void> start();

  // PayloadTooLarge (upload.size, upload.quota), UnsupportedMedia (upload.type), StorageFull, InvalidArgument.
  Result<UploadStatus> create(const Actor& actor, const NewUpload& wanted);
  // NotFound (upload.not_found), NotFound (upload.closed): it was here, and is given up or expired. Another request
  // that writes is asked to let go first, so that what is answered stays true.
  Result<UploadStatus> status(const Actor& actor, const std::string& id);
  // The same for who only wants to know: whoever writes goes on, and what is answered was true a moment ago.
  Result<UploadStatus> look(const Actor& actor, const std::string& id) const;
  // Conflict (upload.offset): not where it goes on; Unavailable (upload.locked): the other request does not let go;
  // FailedPrecondition (upload.complete); PayloadTooLarge for a length. `interrupt` is called, from another thread,
  // when somebody else wants to go on.
  struct Opening {
    std::uint64_t offset = 0;
    std::optional<std::uint64_t> length;  // said now
    std::optional<Checksum> checksum;     // of the bytes of this request
    std::uint64_t announced = 0;          // bytes that the request says it has
    std::function<void()> interrupt;
  };
  Result<std::unique_ptr<UploadWriter>> open(const Actor& actor, const std::string& id, Opening opening);
  Result<void> remove(const Actor& actor, const std::string& id);  // open ones; FailedPrecondition (upload.complete)

  // FailedPrecondition (asset.held).
  Result<void> remove_asset(const Actor& actor, const std::string& id);
  // Clears away what expired or was deleted, and completes what has all its bytes. Answers how many. Now and then.
  Result<int> sweep();

  // What one owner may have, and how large one file may be. 0: any.
  struct Limits {
    std::uint64_t file_bytes = 0;
    store::UploadQuota quota;
    std::chrono::seconds duration{0};
    store::KeepFor keep = {};
  };
  Limits limits() const;
  std::uint64_t bytes_received() const;  // since the start

 private:
  friend class FileWriter;
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace vigil::jobs
