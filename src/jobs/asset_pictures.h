#pragma once

#include <chrono>
#include <stop_token>
#include <string>

#include "base/result.h"
#include "model/asset.h"

namespace vigil::jobs {

struct AssetPicture {
  std::string jpeg;
  int width = 0, height = 0;
  std::chrono::milliseconds time{0};  // of the picture that is shown there
};

// Pictures out of assets while somebody waits for them. Thread-safe; calls block for up to seconds.
class AssetPictures {
 public:
  virtual ~AssetPictures() = default;
  // The picture that is shown at `time`, as JPEG, not wider than `width` (0: as it is).
  //
  // Errors: NotFound (frame.beyond_end), Unavailable (frame.busy: others wait already), DeadlineExceeded
  // (extract.timeout), FailedPrecondition (frame.far: too much would have to be fetched from the storage), Cancelled,
  // what is wrong with the video (media.…), and those of the storage: Unavailable, NotFound.
  virtual Result<AssetPicture> at(const model::Asset& asset, std::chrono::milliseconds time, int width,
                                  std::stop_token stop) = 0;
};

}  // namespace vigil::jobs
