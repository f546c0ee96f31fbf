#pragma once

#include <functional>
#include <memory>
#include <string>

#include "base/clock.h"
#include "blob/store.h"
#include "footage/open_video.h"
#include "jobs/handler.h"
#include "pipeline/plate_judge.h"
#include "screening/screener.h"
#include "store/uploads.h"

namespace vigil::footage {

struct AnalyseConfig {
  extract::Program program{"/proc/self/exe", {"vigil", "screen"}};
  extract::Limits limits{
      .memory_bytes = 2048ull << 20, .time = std::chrono::hours(24), .silence = std::chrono::minutes(2)};
  std::uint64_t recognition_bytes = 1024ull << 20;  // more memory, where plates or looks are wanted
  std::string scratch;                              // a folder for the annotated video while it is made
  // Where the model of that name lies ("": the default one). Errors name those that are there.
  std::function<Result<std::string>(const std::string& name)> find_model;
  std::function<pipeline::RecogniserPlaces(const pipeline::RecognitionWanted&)> find_recognisers;
  // The server's formats of plates; null: what is read is the plate.
  std::function<std::shared_ptr<const pipeline::PlateRules>()> plate_rules;
};

// "analyse": looks at an asset as `vigil process` looks at a file, by what its payload says (analyse_payload.h). What
// it finds becomes blobs of this attempt (findings.h), and the annotated video, where it is wanted; they are outputs of
// the job only when all of it is done. Tracks go through the whole video: an attempt that is broken off leaves nothing,
// and the next one begins anew. The result says in numbers what was found.
class AnalyseHandler final : public jobs::Handler {
 public:
  AnalyseHandler(AnalyseConfig config, store::AssetRepository& assets, blob::Store& blobs, OpenVideo open,
                 Clock& clock);
  static constexpr const char* kKind = "analyse";
  std::string kind() const override { return kKind; }
  Result<jobs::Finished> run(jobs::Run& run) override;

 private:
  const AnalyseConfig config_;
  store::AssetRepository& assets_;
  blob::Store& blobs_;
  const OpenVideo open_;
  Clock& clock_;
};

}  // namespace vigil::footage
