#pragma once

#include <memory>
#include <string>

#include "base/fd.h"
#include "blob/store.h"

namespace vigil::blob {

struct FsOptions {
  std::string root;  // made (0700) when there is none and `id` is empty
  // The identity that the root must have. Empty: the first time; one is made where there is none.
  std::string id;
};

// Blobs as files (0600) below a folder, each name its key. The root carries `vigil-blobs.json` {format, id}: where it
// is missing or another's, nothing is opened: a disk that is not mounted must not fill the one below it. Names are
// walked segment by segment from the root, never following a symbolic link. A blob is written beside, fsynced, renamed,
// and its folder fsynced. After an fsync that failed nothing is written any more until the next start: what the disk
// then says about that data cannot be believed.
//
// Errors of opening: FailedPrecondition (blob.root) and those of the store.
class FsStore : public Store {
 public:
  virtual const std::string& id() const = 0;
  // The blob as a file that is open for reading, of which others know nothing.
  virtual Result<Fd> open(const Key& key) = 0;
};
Result<std::unique_ptr<FsStore>> open_fs_store(const FsOptions& options);

}  // namespace vigil::blob
