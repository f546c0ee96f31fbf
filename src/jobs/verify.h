#pragma once

#include "blob/store.h"
#include "jobs/handler.h"
#include "store/uploads.h"

namespace vigil::jobs {

// "verify": reads an asset's bytes and compares them with its digest: what the storage gives back is what was handed
// in. One pass, without a cursor: a digest cannot be written down half way.
class Verify final : public Handler {
 public:
  Verify(store::AssetRepository& assets, blob::Store& blobs) : assets_(assets), blobs_(blobs) {}
  static constexpr const char* kKind = "verify";
  std::string kind() const override { return kKind; }
  Result<Finished> run(Run& run) override;

 private:
  store::AssetRepository& assets_;
  blob::Store& blobs_;
};

}  // namespace vigil::jobs
