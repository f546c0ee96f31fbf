#pragma once

#include <map>
#include <string>

#include "base/sync.h"
#include "pipeline/analysis.h"
#include "vision/model.h"

namespace vigil::app {

// Detectors for a command line: "classic", a folder with model.onnx and model.json, or an ONNX file (its classes are
// COCO's unless model.json beside it says otherwise). Each model is loaded once. Thread-safe.
class NamedDetectors final : public pipeline::DetectorFactory {
 public:
  explicit NamedDetectors(std::string device) : device_(std::move(device)) {}
  Result<std::unique_ptr<vision::Detector>> make(const std::string& model) override;

 private:
  Result<vision::ModelPtr> load(const std::string& model);

  const std::string device_;
  Mutex mutex_;
  std::map<std::string, vision::ModelPtr> loaded_ VIGIL_GUARDED_BY(mutex_);
};

}  // namespace vigil::app
