#include <fmt/format.h>

#include "app/commands.h"
#include "app/configuration.h"
#include "app/exit_code.h"
#include "app/process_limits.h"
#include "app/signals.h"
#include "app/systemd.h"
#include "app/uploading.h"
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

struct Parts {
  std::unique_ptr<store::Store> store;
  std::unique_ptr<Uploading> work;
};

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
    return parts.error().kind == ErrorKind::InvalidArgument ? kConfiguration : kFailed;
  }
  log::info("the worker is ready", {{"data", settings.data_dir}, {"at_once", settings.job_workers}});
  manager.ready();
  const auto pace = manager.watchdog() ? *manager.watchdog() / 2 : std::chrono::microseconds(std::chrono::hours(1));
  while (system_clock().sleep(pace, signals.token())) manager.alive();
  log::info("the worker stops", {{"signal", signals.number()}});
  manager.stopping();
  parts->work->stop();
  log::info("the worker has stopped");
  return kOk;
}

}  // namespace vigil::app
