#pragma once

#include <string>

#include "base/clock.h"
#include "blob/store.h"
#include "extract/extractor.h"
#include "footage/open_video.h"
#include "jobs/handler.h"
#include "store/uploads.h"

namespace vigil::footage {

struct ProbeConfig {
  extract::Program program;
  extract::Limits limits;
  std::chrono::milliseconds max_duration{std::chrono::hours(24)};  // of a video
};

// "probe": opens a new asset in the extraction's child and writes down with the asset what the video is, and a
// thumbnail (thumbnails/<asset>/poster.jpg). What is no video, cannot be decoded or is longer than it may be is written
// down as the asset's fault, and the job fails with it. A later probe replaces what an earlier one found.
class ProbeHandler final : public jobs::Handler {
 public:
  ProbeHandler(ProbeConfig config, store::AssetRepository& assets, blob::Store& blobs, OpenVideo open, Clock& clock);
  static constexpr const char* kKind = "probe";
  std::string kind() const override { return kKind; }
  Result<jobs::Finished> run(jobs::Run& run) override;

 private:
  const ProbeConfig config_;
  store::AssetRepository& assets_;
  blob::Store& blobs_;
  const OpenVideo open_;
  Clock& clock_;
};

}  // namespace vigil::footage
