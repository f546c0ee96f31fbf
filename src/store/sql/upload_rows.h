#pragma once

#include <vector>

#include "model/asset.h"
#include "store/sql/job_rows.h"
#include "store/uploads.h"

// Uploads and assets as rows, shared by their repositories.

namespace vigil::store::sql {

#define VIGIL_UPLOAD_COLUMNS \
  "id, owner, length, received, name, type, sha256, asset, state, created_at, updated_at, expires_at, direct"
#define VIGIL_ASSET_COLUMNS \
  "id, owner, sha256, size, name, type, media_type, blob, created_at, held, video, thumbnail, fault_code, fault"

model::Upload read_upload(const Query& row);  // selected by VIGIL_UPLOAD_COLUMNS
model::Asset read_asset(const Query& row);    // selected by VIGIL_ASSET_COLUMNS

Error no_upload();
Error no_asset();

template <typename T, typename Read>
Result<std::vector<T>> all_of(Query& rows, Read read) {
  std::vector<T> out;
  while (true) {
    VIGIL_ASSIGN(bool more, rows.step());
    if (!more) return out;
    out.push_back(read(rows));
  }
}

}  // namespace vigil::store::sql
