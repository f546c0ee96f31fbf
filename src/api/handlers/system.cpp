#include <fmt/format.h>

#include <algorithm>

#include "api/handlers/context.h"
#include "api/problem.h"
#include "api/process_figures.h"

namespace vigil::api {
namespace {

constexpr double kWorkerSilence = 60;  // seconds without a sign of life from a thread that should give one
constexpr std::uint64_t kLittleSpace = 256u << 20;
constexpr std::size_t kMaxDown = 100;

Json time_json(const std::optional<WallTime>& time) {
  return time ? Json(to_rfc3339(*time)) : Json();
}

bool monitor_hangs(const std::vector<cameras::Cameras::Worker>& workers) {
  return std::any_of(workers.begin(), workers.end(),
                     [](const auto& one) { return one.name == "monitor" && one.idle_seconds > kWorkerSilence; });
}

// What keeps the server from its work, as codes.
std::vector<std::string> obstacles(const Context& context) {
  std::vector<std::string> reasons;
  if (context.stopping) reasons.push_back("stopping");
  if (!context.services.store.health().ok) reasons.push_back("store");
  if (monitor_hangs(context.services.cameras.workers())) reasons.push_back("workers");
  return reasons;
}

Response ready(Context& context, const Request&) {
  auto reasons = obstacles(context);
  return json_response(reasons.empty() ? 200 : 503, {{"ready", reasons.empty()}, {"reasons", reasons}});
}

bool should_give_video(const model::CameraStatus& status) {
  return status.state == model::CameraState::Connecting || status.state == model::CameraState::Reconnecting;
}

Json cameras_json(const Context& context, std::vector<std::string>& complaints) {
  std::map<model::CameraState, int> states;
  Json down = Json::array();
  const auto statuses = context.services.cameras.statuses();
  std::size_t failing = 0;
  for (const auto& [id, status] : statuses) {
    ++states[status.state];
    if (!should_give_video(status) || status.reason == model::FailureReason::None) continue;
    ++failing;
    if (down.size() >= kMaxDown) continue;
    auto camera = context.services.cameras.get(id);
    down.push_back({{"id", id},
                    {"name", camera.ok() ? camera->name : id},
                    {"reason", model::to_string(status.reason)},
                    {"detail", status.detail},
                    {"since", to_rfc3339(status.since)}});
  }
  if (failing > 0) complaints.push_back(fmt::format("{} of {} cameras give no video", failing, statuses.size()));
  return {{"total", statuses.size()},
          {"connected", states[model::CameraState::Connected]},
          {"connecting", states[model::CameraState::Connecting]},
          {"reconnecting", states[model::CameraState::Reconnecting]},
          {"idle", states[model::CameraState::Idle]},
          {"disabled", states[model::CameraState::Disabled]},
          {"down", std::move(down)}};
}

Json workers_json(const std::vector<cameras::Cameras::Worker>& workers) {
  Json list = Json::array();
  for (const auto& worker : workers) {
    list.push_back(
        {{"name", worker.name}, {"state", worker.state}, {"idle_seconds", std::max(0.0, worker.idle_seconds)}});
  }
  return list;
}

Json bus_json(const bus::Bus& bus, std::vector<std::string>& complaints) {
  Json list = Json::array();
  for (const auto& one : bus.figures()) {
    list.push_back({{"name", one.name},
                    {"waiting", one.waiting},
                    {"capacity", one.capacity},
                    {"delivered", one.delivered},
                    {"dropped", one.dropped}});
    if (one.waiting >= one.capacity) complaints.push_back("the queue of " + one.name + " is full");
  }
  return {{"published", bus.published()}, {"subscribers", std::move(list)}};
}

Json sinks_json(const Context& context, std::vector<std::string>& complaints) {
  Json list = Json::array();
  if (!context.services.sinks) return list;
  for (const auto& sink : context.services.sinks()) {
    list.push_back({{"name", sink.name},
                    {"target", sink.target},
                    {"state", sinks::to_string(sink.state)},
                    {"waiting", sink.waiting},
                    {"published", sink.published},
                    {"dropped", sink.dropped},
                    {"refused", sink.refused},
                    {"reconnects", sink.reconnects},
                    {"last_error", sink.last_error},
                    {"last_published", time_json(sink.last_published)}});
    if (sink.state != sinks::SinkState::Connected)
      complaints.push_back(sink.name + ": " + (sink.last_error.empty() ? "not connected" : sink.last_error));
  }
  return list;
}

Json records_json(const Context& context, std::vector<std::string>& complaints) {
  const auto figures = context.services.records ? context.services.records() : records::WriterFigures{};
  const auto& writes = figures.writes;
  const double mean = writes.count == 0 ? 0 : writes.sum_seconds / static_cast<double>(writes.count);
  if (figures.away) {
    complaints.push_back(
        fmt::format("the database takes no records; {} bytes wait in the spool", figures.spooled_bytes));
  }
  if (figures.lost > 0) complaints.push_back(fmt::format("{} records were lost", figures.lost));
  if (figures.refused > 0)
    complaints.push_back(fmt::format("{} records were refused by the database", figures.refused));
  return {{"away", figures.away},
          {"written", figures.records},
          {"refused", figures.refused},
          {"lost", figures.lost},
          {"dropped_observations", figures.dropped},
          {"spooled", figures.spooled},
          {"spool_bytes", figures.spooled_bytes},
          {"pictures", figures.pictures},
          {"write_ms", {{"mean", mean * 1000}, {"last", writes.last_seconds * 1000}}}};
}

Response status(Context& context, const Request&) {
  std::vector<std::string> complaints;
  const auto now = context.services.clock.wall();
  const std::chrono::duration<double> uptime = context.services.clock.steady() - context.started;
  const auto health = context.services.store.health();
  const auto process = read_process_figures();
  const auto http = context.http_figures();
  const auto workers = context.services.cameras.workers();
  Json out{{"version", VIGIL_VERSION},
           {"time", to_rfc3339(now)},
           {"started_at", to_rfc3339(context.started_at)},
           {"uptime_seconds", std::max(0.0, uptime.count())},
           {"auth_mode", to_string(context.config.auth)},
           {"cameras", cameras_json(context, complaints)},
           {"workers", workers_json(workers)},
           {"bus", bus_json(context.services.bus, complaints)},
           {"sinks", sinks_json(context, complaints)},
           {"store",
            {{"ok", health.ok}, {"detail", health.detail}, {"bytes", health.bytes}, {"free_bytes", health.free_bytes}}},
           {"records", records_json(context, complaints)},
           {"process",
            {{"cpu_seconds", process.cpu_seconds},
             {"resident_bytes", process.resident_bytes},
             {"open_files", process.open_files},
             {"threads", process.threads}}},
           {"http",
            {{"connections", http.connections},
             {"waiting", http.waiting},
             {"mjpeg_viewers", context.mjpeg_viewers.load()},
             {"requests", http.requests}}}};
  const bool hangs = monitor_hangs(workers);
  if (!health.ok) complaints.push_back("store: " + health.detail);
  if (health.ok && health.free_bytes > 0 && health.free_bytes < kLittleSpace)
    complaints.push_back("less than 256 MiB are free on the store's disk");
  if (hangs) complaints.push_back("the camera monitor gives no sign of life");
  out["status"] = !health.ok || hangs ? "failing" : complaints.empty() ? "ok" : "degraded";
  out["reasons"] = std::move(complaints);
  return json_response(200, out);
}

}  // namespace

void add_system_routes(std::vector<Route>& routes, Context& context) {
  auto bind = [&context](auto handler) {
    return [&context, handler](const Request& request) { return handler(context, request); };
  };
  routes.push_back({"GET", "/api/system/status", "get_system_status", Permission::Viewer, bind(status)});
  // On the I/O thread: it answers even when everything that can block does.
  routes.push_back({"GET", "/health", "get_health", Permission::Public,
                    [](const Request&) {
                      return json_response(200, {{"status", "ok"}});
                    },
                    Lane::Inline});
  routes.push_back({"GET", "/ready", "get_ready", Permission::Public, bind(ready)});
  routes.push_back({"GET", "/api/openapi.json", "get_openapi", Permission::Public,
                    [&context](const Request&) {
                      Response response;
                      response.headers.add("Content-Type", "application/json");
                      response.headers.add("Cache-Control", "no-cache");
                      response.body = context.openapi_json;
                      return response;
                    },
                    Lane::Inline});
}

}  // namespace vigil::api
