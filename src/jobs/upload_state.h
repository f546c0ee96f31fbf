#pragma once

#include <atomic>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "blob/file_io.h"
#include "jobs/upload_locks.h"
#include "jobs/uploads.h"

// What the files of uploads share; private to them.

namespace vigil::jobs {

Result<void> within_size(std::optional<std::uint64_t> length, std::uint64_t max_bytes);
// What can be said about a file before it comes.
Result<void> check_wanted(const NewUpload& wanted, const UploadsConfig& config);
Error wrong_kind();
// That it is given up because of what it is, as those are told who wanted to know.
store::UploadEnd refused(const Error& why);
// What is known of an upload as it begins: a new id, and what its sender says.
model::Upload begin_upload(const Actor& actor, const NewUpload& wanted);
// What an upload's asset has of it.
model::Asset begin_asset(const model::Upload& upload);

struct Uploads::State {
  UploadsConfig config;
  store::Uploads& store;
  blob::Store& blobs;
  Clock& clock;
  UploadLocks locks = {};
  std::atomic<std::uint64_t> bytes{0};
  std::atomic<bool> bad{false};  // the disk failed to keep what was written
  Mutex mutex = {};
  // Digests of what came so far, and of how many bytes; for those that go on where the last request ended.
  std::map<std::string, std::pair<std::uint64_t, blob::Digest>> digests VIGIL_GUARDED_BY(mutex) = {};

  std::string path(const std::string& id) const { return config.folder + "/" + id; }
  bool is_expired(const model::Upload& upload) const {
    return upload.length != upload.received && clock.wall() >= upload.expires_at;
  }
  Result<model::Upload> find(const Actor& actor, const std::string& id) const;
  Result<void> enough_space(std::uint64_t more) const;
  Result<std::vector<std::string>> files() const;
  Result<blob::Fd> open_file(const model::Upload& upload) const;
  bool has_file(const std::string& id) const;
  Result<void> give_up(const model::Upload& upload, const store::UploadEnd& end);
  Result<void> clear(const model::Asset& asset);
  Result<void> end_kept();
  Result<void> remove_orphans();

  void remember(const std::string& id, std::uint64_t at, const blob::Digest& digest) VIGIL_EXCLUDES(mutex);
  std::optional<blob::Digest> digest_at(const std::string& id, std::uint64_t at) VIGIL_EXCLUDES(mutex);
  void forget(const std::string& id) VIGIL_EXCLUDES(mutex);
  // Makes an asset of an upload whose bytes are all here. The caller holds it.
  Result<UploadStatus> complete(const model::Upload& upload);
  Result<std::string> digest_of(const model::Upload& upload, const blob::Fd& file);
};

}  // namespace vigil::jobs
