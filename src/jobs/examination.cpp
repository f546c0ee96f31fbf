#include "jobs/examination.h"

#include <fmt/format.h>

#include <algorithm>

#include "jobs/media_kind.h"
#include "jobs/upload_state.h"

namespace vigil::jobs {
namespace {

constexpr std::uint64_t kPiece = 4u << 20;

}  // namespace

Result<void> check_length(std::uint64_t bytes, const model::Upload& upload) {
  if (bytes == upload.length) return {};
  return make_error(
      ErrorKind::InvalidArgument,
      fmt::format("{} bytes came, and the file was said to have {}: send it again", bytes, upload.length.value_or(0)),
      "upload.length");
}

Result<model::Asset> Examination::go_on(blob::Store& blobs, const model::Upload& upload, const std::stop_token& stop) {
  while (version_.empty() || read_ < upload.length) {
    if (stop.stop_requested()) return make_error(ErrorKind::Cancelled, "nobody waits for it any more");
    VIGIL_ASSIGN(const auto piece, blobs.read(key_, read_, kPiece));
    if (!version_.empty() && piece.whole.version != version_) {
      return make_error(ErrorKind::Unavailable, "the file was replaced in the storage while it was read",
                        "blob.replaced");
    }
    VIGIL_TRY(check_length(piece.whole.size, upload));
    if (piece.bytes.empty()) {
      return make_error(ErrorKind::DataLoss, "the storage answered another piece than was asked for", "blob.short");
    }
    version_ = piece.whole.version;
    if (first_.size() < kSniffed) first_ += piece.bytes.substr(0, kSniffed - first_.size());
    digest_.add(piece.bytes);
    read_ += piece.bytes.size();
  }
  auto asset = begin_asset(upload);
  asset.size = read_;
  asset.media_type = media_kind(first_);
  if (asset.media_type.empty()) return wrong_kind();
  asset.sha256 = blob::to_hex(blob::Digest(digest_).raw());
  if (!upload.sha256.empty() && upload.sha256 != asset.sha256) {
    return make_error(ErrorKind::InvalidArgument, "the file that came is not the one that sha256 is of: send it again",
                      "upload.sha256");
  }
  return asset;
}

}  // namespace vigil::jobs
