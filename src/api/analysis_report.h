#pragma once

#include <optional>
#include <string>

#include "api/sight_figures.h"
#include "model/camera.h"
#include "model/camera_status.h"
#include "pipeline/analysis.h"

// The state of a camera's analysis, out of what is wanted, what the camera gives, and what comes of it. Pure.

namespace vigil::api {

struct AnalysisReport {
  std::string state;   // "off", "starting", "running", "degraded", "suspended"
  std::string detail;  // for people; empty when all is well
  double camera_fps = 0, skipped_fps = 0;
  SightReport sight;
  pipeline::AnalysisFigures figures;
};

AnalysisReport report_of(const model::Camera& camera, const model::CameraStatus& status,
                         const pipeline::AnalysisFigures& figures, const std::optional<SightReport>& sight);

}  // namespace vigil::api
