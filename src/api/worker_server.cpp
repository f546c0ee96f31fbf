#include "api/worker_server.h"

#include <atomic>
#include <optional>
#include <utility>

#include "api/dispatcher.h"
#include "api/handlers/process_metrics.h"
#include "api/problem.h"

namespace vigil::api {
namespace {

constexpr int kConnections = 64;
constexpr std::string_view kPaths[] = {"/metrics", "/health", "/ready"};

// The document, cut down to what a worker has.
Result<Contract> worker_contract() {
  VIGIL_ASSIGN(const auto whole, Contract::built_in());
  auto document = whole.document();
  auto paths = Json::object();
  for (const auto path : kPaths) paths[std::string(path)] = document["paths"].value(std::string(path), Json::object());
  document["paths"] = std::move(paths);
  return Contract::parse(to_text(document));  // JSON is YAML
}

}  // namespace

struct WorkerServer::State {
  State(Config c, Accounts& a, store::Store& s, const jobs::Workers& w, Clock& k)
      : config(std::move(c)), accounts(a), store(s), workers(w), clock(k), tickets(s.instance_key("live-ticket"), k) {}

  const Config config;
  Accounts& accounts;
  store::Store& store;
  const jobs::Workers& workers;
  Clock& clock;
  Tickets tickets;
  HttpMetrics metrics;
  std::atomic<bool> stopping{false};
  std::optional<Contract> contract;
  std::optional<Router> router;
  std::unique_ptr<Dispatcher> dispatcher;
  std::unique_ptr<http::HttpServer> http;

  std::vector<Route> routes();
};

std::vector<Route> WorkerServer::State::routes() {
  std::vector<Route> out;
  out.push_back({"GET", "/metrics", "get_metrics", Permission::Viewer, [this](const Request&) {
                   MetricFamilies all;
                   add_build_metrics(all);
                   add_store_metrics(all, store);
                   add_worker_metrics(all, workers);
                   add_http_metrics(all, metrics, http->figures());
                   add_process_metrics(all);
                   return metrics_response(all);
                 }});
  out.push_back({"GET", "/health", "get_health", Permission::Public,
                 [](const Request&) {
                   return json_response(200, {{"status", "ok"}});
                 },
                 Lane::Inline});
  out.push_back({"GET", "/ready", "get_ready", Permission::Public, [this](const Request&) {
                   Json reasons = Json::array();
                   if (stopping) reasons.push_back("stopping");
                   if (!store.health().ok) reasons.push_back("store");
                   const bool ready = reasons.empty();
                   return json_response(ready ? 200 : 503, {{"ready", ready}, {"reasons", std::move(reasons)}});
                 }});
  return out;
}

WorkerServer::WorkerServer(Config config, Accounts& accounts, store::Store& store, const jobs::Workers& workers,
                           Clock& clock)
    : state_(std::make_unique<State>(std::move(config), accounts, store, workers, clock)) {}

WorkerServer::~WorkerServer() {
  stop();
}

Result<void> WorkerServer::start() {
  auto& state = *state_;
  VIGIL_ASSIGN(state.contract, worker_contract());
  VIGIL_ASSIGN(state.router, Router::make(state.routes(), *state.contract));
  VIGIL_ASSIGN(auto proxies, Networks::parse(state.config.trusted_proxies));
  DispatchConfig dispatch{state.config.auth, state.config.allowed_hosts, {}, std::move(proxies)};
  state.dispatcher = std::make_unique<Dispatcher>(std::move(dispatch), *state.router, *state.contract, state.accounts,
                                                  state.tickets, state.metrics, Handler());
  http::HttpConfig settings;
  settings.address = state.config.address;
  settings.port = state.config.port;
  settings.max_connections = kConnections;
  settings.quick_workers = settings.slow_workers = settings.body_workers = 1;
  state.http = std::make_unique<http::HttpServer>(settings, *state.dispatcher, state.clock);
  return state.http->start();
}

std::uint16_t WorkerServer::port() const {
  return state_->http ? state_->http->port() : std::uint16_t{0};
}

void WorkerServer::stop() {
  state_->stopping = true;
  if (state_->http) state_->http->stop();
}

}  // namespace vigil::api
