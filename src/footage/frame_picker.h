#pragma once

#include "base/clock.h"
#include "base/sync.h"
#include "blob/store.h"
#include "extract/extractor.h"
#include "footage/open_video.h"
#include "jobs/asset_pictures.h"

namespace vigil::footage {

struct FramePickerConfig {
  extract::Program program;
  extract::Limits limits{.memory_bytes = 1024u << 20,
                         .time = std::chrono::seconds(30),
                         .silence = std::chrono::seconds(20),
                         .output_bytes = 64u << 20,
                         .fetch_bytes = 1u << 30,
                         .threads = 1};
  int at_once = 2;                            // each in a child of its own
  int waiting = 16;                           // more than so many are sent away at once
  std::chrono::milliseconds patience{10000};  // of those that wait
};

// Pictures of assets on demand, each by an extraction of its own: nothing is decoded, or fetched from a storage
// elsewhere, but what that one picture needs.
class FramePicker final : public jobs::AssetPictures {
 public:
  FramePicker(FramePickerConfig config, OpenVideo open, Clock& clock);
  Result<jobs::AssetPicture> at(const model::Asset& asset, std::chrono::milliseconds time, int width,
                                std::stop_token stop) override VIGIL_EXCLUDES(mutex_);

 private:
  class Turn;
  Result<void> enter(const std::stop_token& stop) VIGIL_EXCLUDES(mutex_);
  void leave() VIGIL_EXCLUDES(mutex_);

  const FramePickerConfig config_;
  const OpenVideo open_;
  Clock& clock_;
  Mutex mutex_;
  CondVar left_;
  int inside_ VIGIL_GUARDED_BY(mutex_) = 0;
  int waiting_ VIGIL_GUARDED_BY(mutex_) = 0;
};

}  // namespace vigil::footage
