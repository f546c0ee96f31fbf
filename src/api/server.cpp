#include "api/server.h"

#include "api/contract.h"
#include "api/dispatcher.h"
#include "api/handlers/context.h"
#include "api/http/http_server.h"
#include "api/origin.h"

namespace vigil::api {

const char* to_string(AuthMode mode) {
  return mode == AuthMode::None ? "none" : "required";
}

Result<void> check_auth_mode(const std::string& address, AuthMode mode, bool forced) {
  if (mode == AuthMode::Required || forced || is_loopback(address)) return {};
  return make_error(
      ErrorKind::PermissionDenied,
      "auth.mode none would let everybody who reaches " + address +
          " control the cameras: listen on 127.0.0.1, set auth.mode to required, or force it if that is what you want",
      "auth.mode");
}

struct Server::State {
  State(Config c, Services s) : config(std::move(c)), services(std::move(s)) {}
  Config config;
  Services services;
  std::unique_ptr<Context> context;
  std::unique_ptr<Router> router;
  std::unique_ptr<Dispatcher> dispatcher;
  std::unique_ptr<http::HttpServer> http;

  Result<void> build();
};

Server::Server(Config config, Services services)
    : state_(std::make_unique<State>(std::move(config), std::move(services))) {}

Server::~Server() {
  stop();
}

Result<void> Server::State::build() {
  VIGIL_ASSIGN(auto contract, Contract::built_in());
  context = std::make_unique<Context>(config, services, std::move(contract));
  context->cursor_key = services.store.instance_key("page-cursor");
  context->openapi_json = to_text(context->contract.document());
  context->started_at = services.clock.wall();
  context->started = services.clock.steady();

  std::vector<Route> routes;
  for (auto add : {add_camera_routes,      add_probe_routes,         add_frame_routes,     add_mjpeg_routes,
                   add_whep_routes,        add_live_routes,          add_hls_routes,       add_mse_routes,
                   add_observation_routes, add_track_routes,         add_record_routes,    add_record_picture_routes,
                   add_export_routes,      add_analysis_routes,      add_model_routes,     add_ingest_routes,
                   add_auth_routes,        add_key_routes,           add_layout_routes,    add_plate_settings_routes,
                   add_user_routes,        add_upload_routes,        add_job_routes,       add_asset_content_routes,
                   add_asset_frame_routes, add_direct_upload_routes, add_retention_routes, add_webhook_routes,
                   add_job_live_routes,    add_finding_routes,       add_system_routes,    add_metrics_routes}) {
    add(routes, *context);
  }
  VIGIL_ASSIGN(auto made, Router::make(std::move(routes), context->contract));
  router = std::make_unique<Router>(std::move(made));

  VIGIL_ASSIGN(auto proxies, Networks::parse(config.trusted_proxies));
  DispatchConfig dispatch{config.auth, config.allowed_hosts, config.cors_origins, std::move(proxies)};
  dispatcher = std::make_unique<Dispatcher>(std::move(dispatch), *router, context->contract, services.accounts,
                                            context->tickets, context->http_metrics,
                                            config.web_root.empty() ? Handler() : make_file_handler(config.web_root));
  http::HttpConfig settings;
  settings.address = config.address;
  settings.port = config.port;
  settings.max_connections = config.max_connections;
  settings.socket_rounds = config.socket_rounds;
  http = std::make_unique<http::HttpServer>(settings, *dispatcher, services.clock);
  context->http_figures = [server = http.get()] { return server->figures(); };
  return {};
}

Result<void> Server::start() {
  VIGIL_TRY(state_->build());
  return state_->http->start();
}

std::uint16_t Server::port() const {
  return state_->http ? state_->http->port() : std::uint16_t{0};
}

void Server::stop() {
  if (state_->context) {
    state_->context->stopping = true;
    state_->context->observations.stop();
    state_->context->outputs.stop();
    state_->context->jobs.stop();
  }
  if (state_->http) state_->http->stop();
}

}  // namespace vigil::api
