#include "jobs/verify.h"

#include "base/json.h"
#include "blob/digest.h"

namespace vigil::jobs {

Result<Finished> Verify::run(Run& run) {
  VIGIL_ASSIGN(const auto asset, assets_.get(run.job().asset));
  VIGIL_ASSIGN(const auto key, blob::Key::parse(asset.key));
  blob::Digest digest;
  std::uint64_t read = 0;
  const auto stop = run.stop();
  VIGIL_TRY(blob::read_all(blobs_, key, [&](std::string_view piece) -> Result<void> {
    if (stop.stop_requested()) return make_error(ErrorKind::Cancelled, "told to stop");
    digest.add(piece);
    read += piece.size();
    run.progress(asset.size == 0 ? 1 : static_cast<double>(read) / static_cast<double>(asset.size), "reading");
    return {};
  }));
  if (read != asset.size || blob::to_hex(digest.raw()) != asset.sha256) {
    return make_error(ErrorKind::DataLoss,
                      "what the storage gives back is not what was handed in: restore it from a backup",
                      "asset.damaged");
  }
  return Finished{to_text({{"sha256", asset.sha256}, {"bytes", read}}), {}, {}};
}

}  // namespace vigil::jobs
