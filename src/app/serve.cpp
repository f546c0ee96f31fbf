#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cstdio>

#include "app/commands.h"
#include "app/configuration.h"
#include "app/exit_code.h"
#include "app/process_limits.h"
#include "app/server.h"
#include "app/signals.h"
#include "app/systemd.h"
#include "base/log.h"

namespace vigil::app {
namespace {

constexpr std::chrono::milliseconds kStopLimit{4800};

log::Level level_of(const std::string& name) {
  if (name == "debug") return log::Level::Debug;
  if (name == "warn") return log::Level::Warn;
  if (name == "error") return log::Level::Error;
  return log::Level::Info;
}

// For the person who started it, besides the log: the link is a secret, and the log shows none.
void greet(const Server& server, const Settings& settings) {
  auto url = local_url(settings.listen, server.port());
  if (auto link = server.setup_link(); !link.empty()) {
    fmt::print(stderr,
               "\nVigil is at {}\nChoose the administrator's name and password (this link works once):\n\n  {}\n\n",
               url, link);
  } else {
    fmt::print(stderr, "\nVigil is at {}\n\n", url);
  }
}

void wait_for_stop(const Server& server, ServiceManager& manager, const StopSignals& signals) {
  // Half of what the service manager expects; a part that hangs keeps us from saying that we are alive.
  auto pace = manager.watchdog() ? *manager.watchdog() / 2 : std::chrono::microseconds(std::chrono::hours(1));
  while (system_clock().sleep(pace, signals.token())) {
    server.touch();
    manager.alive();
  }
}

}  // namespace

int serve(const Sources& sources) {
  auto configuration = load(sources);
  if (!configuration) {
    fmt::print(stderr, "vigil serve: {}\n", configuration.error().message);
    return kConfiguration;
  }
  const auto& settings = configuration->settings;
  auto open_files = prepare_process();
  log::configure(level_of(settings.log_level), settings.log_format == "json" ? log::Format::Json : log::Format::Text);
  for (const auto& warning : configuration->warnings) log::warn(warning);
  ServiceManager manager;
  StopSignals signals;  // before any other thread
  log::info("vigil starts", {{"version", VIGIL_VERSION},
                             {"data", settings.data_dir},
                             {"auth", settings.auth_mode},
                             {"configuration", configuration->file},
                             {"open_files", open_files}});
  if (settings.auth_mode == "none" && !is_loopback(settings.listen)) {
    log::warn("everybody in the network is administrator of this server (auth.mode none, auth.force_open)");
  }
  if (settings.web_root.empty())
    log::warn("there is no web page beside the program; only the API is served", {{"option", "web.root"}});

  Server server(settings, system_clock());
  if (auto started = server.start(); !started.ok()) {
    log::error("vigil cannot start", {{"reason", started.error().message}});
    return started.error().kind == ErrorKind::InvalidArgument ? kConfiguration : kFailed;
  }
  log::info("vigil is ready", {{"address", local_url(settings.listen, server.port())}});
  greet(server, settings);
  manager.ready();

  wait_for_stop(server, manager, signals);

  auto began = system_clock().steady();
  log::info("vigil stops", {{"signal", signals.number()}});
  manager.stopping();
  server.stop(kStopLimit);
  std::chrono::duration<double> took = system_clock().steady() - began;
  log::info("vigil has stopped", {{"seconds", took.count()}});
  return kOk;
}

}  // namespace vigil::app
