#include <fmt/format.h>
#include <unistd.h>

#include <cstdio>
#include <string>

#include "app/commands.h"
#include "app/exit_code.h"
#include "app/signals.h"
#include "app/value.h"
#include "base/log.h"
#include "sim/sim.h"

namespace vigil::app {
namespace {

Error with_flag(const char* flag, Error error) {
  error.message = fmt::format("{}: {}", flag, error.message);
  return error;
}

Result<Nanos> read_duration(const char* flag, const std::string& text) {
  if (text.empty()) return Nanos(0);
  auto value = parse_duration(text);
  if (!value) return with_flag(flag, std::move(value).error());
  return Nanos(*value);
}

Result<sim::Config> to_config(const SimOptions& options) {
  sim::Config out;
  out.source = options.source;
  out.cameras = options.cameras;
  out.once = options.once;
  auto address = parse_address(options.listen);
  if (!address) return with_flag("--listen", std::move(address).error());
  out.listen_address = address->host;
  out.port = address->port;
  if (!options.fault.empty()) {
    auto fault = sim::parse_fault(options.fault);
    if (!fault) return with_flag("--fault", std::move(fault).error());
    out.fault.fault = *fault;
  }
  out.fault.camera = options.fault_camera;
  VIGIL_ASSIGN(out.fault.after, read_duration("--fault-after", options.fault_after));
  VIGIL_ASSIGN(out.fault.lasting, read_duration("--fault-for", options.fault_for));
  out.user = options.user;
  out.password = Secret(options.password);
  out.auth = options.auth == "digest" ? sim::Auth::Digest : options.auth == "basic" ? sim::Auth::Basic : sim::Auth::Any;
  out.codec = options.codec == "h265" ? media::Codec::H265 : media::Codec::H264;
  out.width = options.width;
  out.height = options.height;
  out.fps = options.fps;
  out.bitrate_kbps = options.bitrate;
  out.gop_s = options.gop;
  out.audio = options.audio;
  out.stamp = options.stamp;
  out.allow_tcp = !options.no_tcp;
  out.allow_udp = !options.no_udp;
  return out;
}

// Commands come from a pipe or from the terminal that we are in the foreground of.
int commands_from() {
  if (::isatty(STDIN_FILENO) == 0) return STDIN_FILENO;
  return ::tcgetpgrp(STDIN_FILENO) == ::getpgrp() ? STDIN_FILENO : -1;
}

}  // namespace

std::string simulator_help() {
  std::string out = "Each camera has a small second stream at /camN/sub.\n\nFaults:\n";
  for (const auto& fault : sim::fault_help()) {
    auto name = fault.amount.empty() ? std::string(fault.name) : fmt::format("{}[={}]", fault.name, fault.amount);
    out += fmt::format("  {:<26} {}\n", name, fault.text);
  }
  return out + fmt::format(
                   "\n{}\n\nExamples:\n  vigil sim --file walkway.mp4 --cameras 8\n  vigil sim --fault silence "
                   "--fault-camera 2 --fault-after 30s",
                   sim::kCommandHelp);
}

int simulate(const SimOptions& options) {
  auto config = to_config(options);
  if (!config) {
    fmt::print(stderr, "vigil sim: {}\n", config.error().message);
    return kUsage;
  }
  StopSignals signals;
  auto ready = [&](std::uint16_t port) {
    auto address = to_text(Address{config->listen_address, port});
    log::info("simulator runs", {{"cameras", config->cameras}, {"first", fmt::format("rtsp://{}/cam1", address)}});
  };
  auto done = sim::run(*config, signals.token(), ready, commands_from());
  if (done.ok()) return kOk;
  fmt::print(stderr, "vigil sim: {}\n", done.error().message);
  return kFailed;
}

}  // namespace vigil::app
