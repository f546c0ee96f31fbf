#include "store/uploads.h"

#include <fmt/format.h>

namespace vigil::store {

Result<void> within_quota(const AssetUsage& usage, const model::Upload& upload, const UploadQuota& quota) {
  const auto more = upload.length.value_or(upload.received);
  const auto taken = usage.bytes + usage.reserved;
  if (quota.bytes > 0 && (taken > quota.bytes || more > quota.bytes - taken)) {
    return make_error(
        ErrorKind::PayloadTooLarge,
        fmt::format("your storage is full: {} of {} bytes are taken; delete something first", taken, quota.bytes),
        "upload.quota");
  }
  if (quota.open_uploads > 0 && usage.open_uploads >= static_cast<std::uint64_t>(quota.open_uploads)) {
    return make_error(ErrorKind::ResourceExhausted,
                      fmt::format("{} uploads are open already: finish or cancel one first", usage.open_uploads),
                      "upload.open");
  }
  return {};
}

model::JobEvent event_of(const model::Upload& upload, const UploadEnd& end, WallTime now) {
  // The state is a job's: what has ended is done.
  return {0, upload.id, "upload", upload.owner, upload.asset, end.type, now, model::JobState::Done,
          0, 0,         end.code, end.detail};
}

Error must_be_kept() {
  return make_error(ErrorKind::FailedPrecondition, "it must be kept: an administrator holds it", "asset.held");
}

Result<void> may_advance(const model::Upload& present, const model::Upload& wanted) {
  if (present.state == model::UploadState::Complete)
    return make_error(ErrorKind::FailedPrecondition, "the upload is complete", "upload.complete");
  if (present.state == model::UploadState::Closed)
    return make_error(ErrorKind::NotFound, "the upload was given up", "upload.closed");
  const bool same_length = !present.length || present.length == wanted.length;
  if (!same_length || wanted.received < present.received || (wanted.length && wanted.received > *wanted.length)) {
    return make_error(ErrorKind::Conflict, "somebody else goes on with this upload", "upload.changed");
  }
  return {};
}

std::string found_plate_id(const std::string& job_id, std::size_t number) {
  return fmt::format("{}/{:06}", job_id, number);
}

}  // namespace vigil::store
