#include "api/analysis_report.h"

#include <algorithm>

namespace vigil::api {
namespace {

void judge(AnalysisReport& out, const model::Camera& camera, const model::CameraStatus& status, bool silent) {
  auto say = [&out](const char* state, std::string detail) {
    out.state = state;
    out.detail = std::move(detail);
  };
  if (!camera.analysis.enabled) return say("off", "analysis is switched off for this camera");
  if (!camera.enabled) return say("off", "the camera is switched off");
  if (status.state != model::CameraState::Connected) {
    return say("suspended",
               status.detail.empty() ? "the camera gives no video" : "the camera gives no video: " + status.detail);
  }
  if (silent && out.figures.analysed == 0) return say("starting", out.figures.degraded);
  if (silent) {
    return say("suspended",
               out.figures.degraded.empty() ? "no picture was analysed for ten seconds" : out.figures.degraded);
  }
  if (!out.figures.degraded.empty()) return say("degraded", out.figures.degraded);
  say("running", "");
}

}  // namespace

AnalysisReport report_of(const model::Camera& camera, const model::CameraStatus& status,
                         const pipeline::AnalysisFigures& figures, const std::optional<SightReport>& sight) {
  AnalysisReport out;
  out.figures = figures;
  judge(out, camera, status, !sight);
  if (status.state == model::CameraState::Connected) out.camera_fps = std::max(0.0, status.fps);
  if (out.state == "off") return out;
  if (sight) out.sight = *sight;
  out.skipped_fps = std::max(0.0, out.camera_fps - out.sight.analysed_fps);
  return out;
}

}  // namespace vigil::api
