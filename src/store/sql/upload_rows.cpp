#include "store/sql/upload_rows.h"

namespace vigil::store::sql {

Error no_upload() {
  return make_error(ErrorKind::NotFound, "there is no such upload", "upload.not_found");
}
Error no_asset() {
  return make_error(ErrorKind::NotFound, "there is no such asset", "asset.not_found");
}

model::Upload read_upload(const Query& row) {
  model::Upload upload;
  upload.id = row.text(0);
  upload.owner = row.text(1);
  if (!row.null(2)) upload.length = static_cast<std::uint64_t>(row.integer(2));
  upload.received = static_cast<std::uint64_t>(row.integer(3));
  upload.name = row.text(4);
  upload.type = row.text(5);
  upload.sha256 = row.text(6);
  upload.asset = row.text(7);
  upload.state = model::upload_state_from(row.text(8)).value_or(model::UploadState::Closed);
  upload.created_at = row.time(9);
  upload.updated_at = row.time(10);
  upload.expires_at = row.time(11);
  upload.direct = row.text(12);
  return upload;
}

model::Asset read_asset(const Query& row) {
  return {row.text(0),
          row.text(1),
          row.text(2),
          static_cast<std::uint64_t>(row.integer(3)),
          row.text(4),
          row.text(5),
          row.text(6),
          row.text(7),
          row.time(8),
          row.integer(9) != 0,
          {row.text(10), row.text(11), row.text(12), row.text(13)}};
}

}  // namespace vigil::store::sql
