#include <sodium.h>

#include "api/camera_json.h"
#include "api/handlers/context.h"
#include "api/problem.h"
#include "base/redact.h"

namespace vigil::api {
namespace {

constexpr int kProbesAtOnce = 2;

std::string base64(const std::vector<std::uint8_t>& bytes) {
  std::string out(sodium_base64_encoded_len(bytes.size(), sodium_base64_VARIANT_ORIGINAL), '\0');
  sodium_bin2base64(out.data(), out.size(), bytes.data(), bytes.size(), sodium_base64_VARIANT_ORIGINAL);
  out.pop_back();  // the terminating zero
  return out;
}

Json report_json(const ingest::ProbeReport& report) {
  Json steps = Json::array();
  for (const auto& step : report.steps) {
    steps.push_back(
        {{"name", step.name}, {"ok", step.ok}, {"milliseconds", step.milliseconds}, {"detail", redact(step.detail)}});
  }
  Json tracks = Json::array();
  for (const auto& track : report.tracks) {
    tracks.push_back({{"kind", track.kind},
                      {"codec", track.codec},
                      {"width", track.width},
                      {"height", track.height},
                      {"fps", track.fps},
                      {"gop_seconds", track.gop_seconds},
                      {"sample_rate", track.sample_rate},
                      {"channels", track.channels}});
  }
  return {{"ok", report.ok},
          {"reason", model::to_string(report.reason)},
          {"detail", redact(report.detail)},
          {"transport", report.transport},
          {"steps", std::move(steps)},
          {"tracks", std::move(tracks)},
          {"bits_per_second", report.bits_per_second},
          {"snapshot", report.snapshot.empty() ? Json() : Json("data:image/jpeg;base64," + base64(report.snapshot))},
          {"advice", report.advice}};
}

// What is to be probed: the request, with the credentials of `camera_id` where it has none and the host is the same.
Result<model::Camera> candidate(const Context& context, const Json& in) {
  Json create = in;
  create.erase("camera_id");
  create.erase("timeout");
  VIGIL_ASSIGN(auto camera, camera_from(create));
  camera.id = camera.name = "probe";
  if (auto id = in.find("camera_id"); id != in.end()) {
    VIGIL_ASSIGN(auto stored, context.services.cameras.get(id->get<std::string>()));
    auto& url = camera.streams.front().url;
    if (url) url = with_stored_credentials(std::move(*url), stored.main().url);
  }
  VIGIL_TRY(model::validate(camera, false));
  return camera;
}

struct Turn {
  explicit Turn(std::atomic<int>& c) : count(c), mine(++c <= kProbesAtOnce) {}
  ~Turn() { --count; }
  Turn(const Turn&) = delete;
  Turn& operator=(const Turn&) = delete;
  std::atomic<int>& count;
  bool mine;
};

Response probe(Context& context, const Request& request) {
  auto camera = candidate(context, request.json);
  if (!camera.ok()) return problem(camera.error());
  Turn turn(context.probes);
  if (!turn.mine) {
    auto response = problem(503, "probe.busy", "Two sources are being verified already. Try again in a few seconds.");
    response.headers.add("Retry-After", "5");
    return response;
  }
  const auto limit = std::chrono::milliseconds(static_cast<int>(request.json.value("timeout", 10.0) * 1000));
  return json_response(200, report_json(context.services.cameras.probe(*camera, limit, request.gone)));
}

}  // namespace

void add_probe_routes(std::vector<Route>& routes, Context& context) {
  routes.push_back({"POST", "/api/cameras/probe", "probe_camera", Permission::Administrator,
                    [&context](const Request& request) { return probe(context, request); }, Lane::Slow});
}

}  // namespace vigil::api
