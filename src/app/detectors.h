#pragma once

#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <string>

#include "base/sync.h"
#include "pipeline/analysis.h"
#include "pipeline/scheduler.h"
#include "vision/model.h"
#include "vision/model_store.h"

namespace vigil::app {

// The folder of the installed models. `data_dir` empty: as the server would choose. Errors: of its settings.
Result<std::filesystem::path> models_folder(const std::string& data_dir);

// Detectors for a command line: "classic", an installed model by name, "" for the default one (classic when there is
// none), a folder with model.onnx and model.json, or an ONNX file, whose classes are COCO's. Each model is loaded once.
// Thread-safe.
class NamedDetectors final : public pipeline::DetectorFactory {
 public:
  // `live`: attributes, plates and appearance are recognised beside the frames, on a thread of their own; else (files)
  // the frames wait for them.
  NamedDetectors(std::filesystem::path models, std::string device, bool live = false)
      : store_(std::move(models)), device_(std::move(device)) {
    if (live) beside_.emplace(1);
  }
  Result<std::unique_ptr<vision::Detector>> make(const std::string& model) override;
  std::unique_ptr<pipeline::Recognition> recognise(const std::string& camera_id,
                                                   const model::AnalysisSettings& settings) override;

 private:
  Result<vision::ModelPtr> load(const std::string& model);

  vision::ModelStore store_;
  const std::string device_;
  std::optional<pipeline::Scheduler> beside_;
  Mutex mutex_;
  std::map<std::string, vision::ModelPtr> loaded_ VIGIL_GUARDED_BY(mutex_);
};

}  // namespace vigil::app
