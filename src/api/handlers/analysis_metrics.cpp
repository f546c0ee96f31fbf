#include "api/handlers/analysis_metrics.h"

#include "api/analysis_report.h"

namespace vigil::api {
namespace {

// Prometheus counts in seconds.
void add_stage(MetricFamilies& out, const std::string& camera, const char* stage, const Quantiles& times) {
  const std::array<std::pair<const char*, double>, 3> parts = {
      {{"0.5", times.p50}, {"0.95", times.p95}, {"0.99", times.p99}}};
  for (const auto& [part, milliseconds] : parts) {
    out.gauge("vigil_analysis_stage_seconds",
              "Time that a stage takes for one frame, over the last minute; total: from the packet's arrival to the "
              "observation.",
              {{"camera", camera}, {"stage", stage}, {"quantile", part}}, milliseconds / 1000);
  }
}

void add_camera(MetricFamilies& out, const std::string& id, const AnalysisReport& report) {
  const MetricLabels camera = {{"camera", id}};
  out.gauge("vigil_analysis_running", "1 while the camera is analysed as asked for, 0 while less is done or nothing.",
            camera, report.state == "running" ? 1 : 0);
  out.gauge("vigil_analysis_camera_fps", "Frames a second that the camera gives.", camera, report.camera_fps);
  out.gauge("vigil_analysis_process_fps", "Frames a second that are analysed.", camera, report.sight.analysed_fps);
  out.gauge("vigil_analysis_skipped_fps", "Frames a second that are left out.", camera, report.skipped_fps);
  out.gauge("vigil_analysis_detection_fps", "Frames a second that are given to the detector.", camera,
            report.sight.detected_fps);
  out.gauge("vigil_analysis_inference_speed_seconds", "Time in the model for one frame, median over the last minute.",
            camera, report.sight.stages[kInfer].p50 / 1000);
  const std::array<std::pair<const char*, std::uint64_t>, 4> frames = {{{"offered", report.figures.offered},
                                                                        {"analysed", report.figures.analysed},
                                                                        {"detected", report.figures.detected},
                                                                        {"failed", report.figures.failed}}};
  for (const auto& [outcome, count] : frames) {
    out.counter("vigil_analysis_frames_total", "Frames since the analysis began, by what became of them.",
                {{"camera", id}, {"outcome", outcome}}, static_cast<double>(count));
  }
  out.counter("vigil_analysis_looks_total",
              "Looks at single tracks beside the frames, for plates, attributes and appearance.", camera,
              static_cast<double>(report.figures.looks));
  out.gauge("vigil_analysis_look_seconds", "Time that such a look took on average.", camera,
            report.figures.look_ms / 1000);
  for (std::size_t stage = 0; stage < kStages.size(); ++stage) {
    add_stage(out, id, kStages[stage], report.sight.stages[stage]);
  }
}

}  // namespace

void add_analysis_metrics(MetricFamilies& out, const Context& context) {
  auto cameras = context.services.cameras.list();
  if (!cameras.ok()) return;
  for (const auto& camera : *cameras) {
    if (!camera.analysis.enabled || !camera.enabled) continue;
    auto status = context.services.cameras.status(camera.id);
    auto figures = context.services.cameras.analysis(camera.id);
    if (!status.ok() || !figures.ok()) continue;  // removed this moment
    add_camera(out, camera.id, report_of(camera, *status, *figures, context.sight.of(camera.id)));
  }
}

}  // namespace vigil::api
