#pragma once

#include <string>

#include "base/clock.h"
#include "blob/store.h"
#include "extract/extractor.h"
#include "footage/open_video.h"
#include "jobs/handler.h"
#include "store/uploads.h"

namespace vigil::footage {

struct ExtractConfig {
  extract::Program program;
  extract::Limits limits;
  int checkpoint_pictures = 20;                                    // so many at most are made again after a crash
  std::chrono::milliseconds max_duration{std::chrono::hours(24)};  // of a video
};

// "extract": takes out of an asset what its payload says (payload.h). Pictures become blobs
// frames/<asset>/<job>/frame_000001000.jpg with an output of the same name, published with the cursor that stands
// behind them: after a crash no picture is made twice and none is missing. First, best and contact sheet lie under
// thumbnails/, the preview too; video.json, what the video is, under metadata/. Facts of a picture's output: time_ms,
// index, key, width, height.
//
// A video of which the child dies is tried once more, and then is to blame itself.
class ExtractHandler final : public jobs::Handler {
 public:
  ExtractHandler(ExtractConfig config, store::AssetRepository& assets, blob::Store& blobs, OpenVideo open,
                 Clock& clock);
  static constexpr const char* kKind = "extract";
  std::string kind() const override { return kKind; }
  Result<jobs::Finished> run(jobs::Run& run) override;

 private:
  const ExtractConfig config_;
  store::AssetRepository& assets_;
  blob::Store& blobs_;
  const OpenVideo open_;
  Clock& clock_;
};

}  // namespace vigil::footage
