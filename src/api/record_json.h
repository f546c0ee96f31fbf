#pragma once

#include <map>
#include <optional>
#include <string>

#include "base/json.h"
#include "model/sighting.h"
#include "store/records.h"

// Records as the API shows them.

namespace vigil::api {

struct PictureSize {
  int width = 0, height = 0;  // 0: not known
};

// The sizes of the source pictures of runs, each asked for once. Boxes are shown as parts of them.
class RunSizes {
 public:
  explicit RunSizes(store::RunRepository& runs) : runs_(runs) {}
  PictureSize of(const std::string& run_id);

 private:
  store::RunRepository& runs_;
  std::map<std::string, PictureSize> known_;
};

Json to_json(const model::TrackRecord& track, PictureSize source);
Json to_json(const model::PlateRead& plate, PictureSize source);
Json to_json(const model::SceneRecord& scene);
Json to_json(const model::Run& run);
Json to_json(const model::Subject& subject);
Json to_json(const model::RemoteSighting& seen);

}  // namespace vigil::api
