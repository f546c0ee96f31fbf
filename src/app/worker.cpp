#include <fmt/format.h>

#include "api/auth/accounts.h"
#include "api/worker_server.h"
#include "app/commands.h"
#include "app/configuration.h"
#include "app/exit_code.h"
#include "app/process_limits.h"
#include "app/server.h"
#include "app/signals.h"
#include "app/systemd.h"
#include "app/uploading.h"
#include "app/value.h"
#include "base/log.h"
#include "store/open.h"

namespace vigil::app {
namespace {

log::Level level_of(const std::string& name) {
  if (name == "debug") return log::Level::Debug;
  if (name == "warn") return log::Level::Warn;
  if (name == "error") return log::Level::Error;
  return log::Level::Info;
}

// In the order of their dependence.
struct Parts {
  std::unique_ptr<store::Store> store;
  std::unique_ptr<Uploading> work;
  std::unique_ptr<api::Accounts> accounts;  // null, as the next one: it does not listen
  std::unique_ptr<api::WorkerServer> http;
};

Result<void> listen(const Settings& settings, Parts& parts) {
  if (settings.worker_listen == "off") return {};
  auto address = parse_address(settings.worker_listen);
  if (!address) return std::move(address).error().while_doing("jobs.listen (or off)");
  api::Config config;
  config.address = address->host;
  config.port = address->port;
  config.auth = settings.auth_mode == "none" ? api::AuthMode::None : api::AuthMode::Required;
  config.allowed_hosts = settings.allowed_hosts;
  config.trusted_proxies = settings.trusted_proxies;
  VIGIL_TRY(api::check_auth_mode(config.address, config.auth, settings.force_open_auth));
  parts.accounts = std::make_unique<api::Accounts>(*parts.store, system_clock());
  parts.http = std::make_unique<api::WorkerServer>(std::move(config), *parts.accounts, *parts.store,
                                                   parts.work->workers(), system_clock());
  VIGIL_TRY(parts.http->start());
  log::info("the worker gives its figures", {{"address", local_url(*address, parts.http->port())}});
  return {};
}

Result<Parts> begin(const Settings& settings) {
  if (settings.database_url.empty()) {
    return make_error(ErrorKind::InvalidArgument,
                      "a worker shares a PostgreSQL database with its server: set database.url for both; with SQLite "
                      "the server does its jobs itself",
                      "worker.database");
  }
  Parts parts;
  VIGIL_ASSIGN(parts.store, store::open_store({.data_dir = settings.data_dir,
                                               .allow_network_fs = settings.allow_network_fs,
                                               .database_url = settings.database_url}));
  VIGIL_ASSIGN(parts.work, Uploading::start(settings, *parts.store, system_clock(), Uploading::Role::Worker));
  VIGIL_TRY(listen(settings, parts));
  return parts;
}

}  // namespace

int work(const Sources& sources) {
  auto configuration = load(sources);
  if (!configuration) {
    fmt::print(stderr, "vigil worker: {}\n", configuration.error().message);
    return kConfiguration;
  }
  const auto& settings = configuration->settings;
  prepare_process();
  log::configure(level_of(settings.log_level), settings.log_format == "json" ? log::Format::Json : log::Format::Text);
  for (const auto& warning : configuration->warnings) log::warn(warning);
  ServiceManager manager;
  StopSignals signals;  // before any other thread
  auto parts = begin(settings);
  if (!parts) {
    log::error("the worker cannot start", {{"reason", parts.error().message}});
    const auto kind = parts.error().kind;
    return kind == ErrorKind::InvalidArgument || kind == ErrorKind::PermissionDenied ? kConfiguration : kFailed;
  }
  log::info("the worker is ready", {{"data", settings.data_dir}, {"at_once", settings.job_workers}});
  manager.ready();
  const auto pace = manager.watchdog() ? *manager.watchdog() / 2 : std::chrono::microseconds(std::chrono::hours(1));
  while (system_clock().sleep(pace, signals.token())) manager.alive();
  log::info("the worker stops", {{"signal", signals.number()}});
  manager.stopping();
  // It shows itself until its jobs have ended.
  parts->work->stop();
  if (parts->http) parts->http->stop();
  log::info("the worker has stopped");
  return kOk;
}

}  // namespace vigil::app
