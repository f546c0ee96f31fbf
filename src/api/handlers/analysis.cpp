#include <cmath>

#include "api/analysis_report.h"
#include "api/handlers/context.h"
#include "api/problem.h"

namespace vigil::api {
namespace {

double rounded(double value) {
  return std::round(value * 100) / 100;
}

Json quantiles_json(const Quantiles& times) {
  return {{"p50", rounded(times.p50)}, {"p95", rounded(times.p95)}, {"p99", rounded(times.p99)}};
}

Response analysis(Context& context, const Request& request) {
  const std::string id(request.param("id"));
  auto camera = context.services.cameras.get(id);
  if (!camera.ok()) return problem(camera.error());
  auto status = context.services.cameras.status(id);
  if (!status.ok()) return problem(status.error());
  auto figures = context.services.cameras.analysis(id);
  if (!figures.ok()) return problem(figures.error());
  const auto report = report_of(*camera, *status, *figures, context.sight.of(id));
  Json stages = Json::object();
  for (std::size_t i = 0; i < kTotal; ++i) stages[kStages[i]] = quantiles_json(report.sight.stages[i]);
  return json_response(200, {{"camera_id", id},
                             {"state", report.state},
                             {"detail", report.detail},
                             {"model", report.sight.model},
                             {"device", report.sight.device},
                             {"camera_fps", rounded(report.camera_fps)},
                             {"process_fps", rounded(report.sight.analysed_fps)},
                             {"detection_fps", rounded(report.sight.detected_fps)},
                             {"skipped_fps", rounded(report.skipped_fps)},
                             {"inference_ms", rounded(report.sight.stages[kInfer].p50)},
                             {"frames",
                              {{"offered", report.figures.offered},
                               {"analysed", report.figures.analysed},
                               {"detected", report.figures.detected},
                               {"failed", report.figures.failed}}},
                             {"latency_ms", quantiles_json(report.sight.stages[kTotal])},
                             {"stages_ms", std::move(stages)}});
}

}  // namespace

void add_analysis_routes(std::vector<Route>& routes, Context& context) {
  routes.push_back({"GET", "/api/cameras/{id}/analysis", "get_camera_analysis", Permission::Viewer,
                    [&context](const Request& request) { return analysis(context, request); }});
}

}  // namespace vigil::api
