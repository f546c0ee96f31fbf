#pragma once

#include <atomic>
#include <functional>
#include <string>
#include <vector>

#include "api/auth/tickets.h"
#include "api/contract.h"
#include "api/handlers/job_hub.h"
#include "api/http/http_server.h"
#include "api/http_metrics.h"
#include "api/observation_hub.h"
#include "api/router.h"
#include "api/server.h"
#include "api/sight_figures.h"
#include "live/outputs.h"

namespace vigil::api {

// What the handlers work with. Lives as long as the server.
struct Context {
  Context(const Config& c, Services s, Contract k)
      : config(c),
        services(std::move(s)),
        contract(std::move(k)),
        sight(services.clock),
        observations(services.observations, [this](const model::Observation& seen) { sight.observe(seen); }),
        tickets(services.store.instance_key("live-ticket"), services.clock),
        outputs([this](const std::string& camera, const std::string& stream) { return live_source(camera, stream); },
                {}, services.clock),
        jobs(services.store.jobs()) {}
  Result<live::Source> live_source(const std::string& camera, const std::string& stream) {
    VIGIL_ASSIGN(auto source, services.cameras.live_stream(camera, stream));
    return live::Source{std::move(source.stream), std::move(source.hold)};
  }
  const Config& config;
  Services services;
  Contract contract;
  HttpMetrics http_metrics;
  std::function<http::HttpFigures()> http_figures;
  Secret cursor_key;
  std::string openapi_json;
  WallTime started_at;
  SteadyTime started;
  std::atomic<bool> stopping{false};
  std::atomic<int> mjpeg_viewers{0};
  std::atomic<int> observation_viewers{0};
  SightFigures sight;
  ObservationHub observations;
  Tickets tickets;
  std::atomic<int> mse_viewers{0};
  live::Outputs outputs;
  JobHub jobs;
  std::atomic<int> job_followers{0};
  std::atomic<int> downloads{0};
  std::atomic<int> probes{0};
  std::atomic<int> exports{0};
};

// One file each; together every operation of the document.
void add_camera_routes(std::vector<Route>& routes, Context& context);
void add_probe_routes(std::vector<Route>& routes, Context& context);
void add_frame_routes(std::vector<Route>& routes, Context& context);
void add_mjpeg_routes(std::vector<Route>& routes, Context& context);
void add_whep_routes(std::vector<Route>& routes, Context& context);
void add_live_routes(std::vector<Route>& routes, Context& context);
void add_hls_routes(std::vector<Route>& routes, Context& context);
void add_mse_routes(std::vector<Route>& routes, Context& context);
void add_observation_routes(std::vector<Route>& routes, Context& context);
void add_track_routes(std::vector<Route>& routes, Context& context);
void add_record_routes(std::vector<Route>& routes, Context& context);
void add_record_picture_routes(std::vector<Route>& routes, Context& context);
void add_export_routes(std::vector<Route>& routes, Context& context);
void add_analysis_routes(std::vector<Route>& routes, Context& context);
void add_model_routes(std::vector<Route>& routes, Context& context);
void add_ingest_routes(std::vector<Route>& routes, Context& context);
void add_auth_routes(std::vector<Route>& routes, Context& context);
void add_key_routes(std::vector<Route>& routes, Context& context);
void add_user_routes(std::vector<Route>& routes, Context& context);
void add_layout_routes(std::vector<Route>& routes, Context& context);
void add_plate_settings_routes(std::vector<Route>& routes, Context& context);
void add_upload_routes(std::vector<Route>& routes, Context& context);
void add_direct_upload_routes(std::vector<Route>& routes, Context& context);
void add_asset_frame_routes(std::vector<Route>& routes, Context& context);
void add_asset_content_routes(std::vector<Route>& routes, Context& context);
void add_job_routes(std::vector<Route>& routes, Context& context);
void add_finding_routes(std::vector<Route>& routes, Context& context);
void add_retention_routes(std::vector<Route>& routes, Context& context);
void add_webhook_routes(std::vector<Route>& routes, Context& context);
void add_job_live_routes(std::vector<Route>& routes, Context& context);
void add_system_routes(std::vector<Route>& routes, Context& context);
void add_metrics_routes(std::vector<Route>& routes, Context& context);

// The files of the page under `root`; unknown paths give index.html, so that the page's own addresses can be opened.
Handler make_file_handler(std::string root);

}  // namespace vigil::api
