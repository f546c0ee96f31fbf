// Viewers of live streams by RTSP, WHEP, LL-HLS and MSE, as many as wanted, and what they see: how long until the first
// key frame, how late pictures come, stalls, pictures that were left out; and what it costs the server. The server may
// be any: pictures carry the time at which `vigil sim --stamp` sent them.

#include <fmt/format.h>
#include <sys/resource.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdio>
#include <nlohmann/json.hpp>
#include <thread>

#include "clients.h"
#include "server_figures.h"

namespace vigil::viewers {
namespace {

using Watch = std::string (*)(const Viewing&, Meter&, std::stop_token);

struct Options {
  std::vector<std::string> rtsp, mse, hls, whep, headers;
  std::string hello;
  int count = 1, cameras = 1, pid = 0, stopped = 0, idle = 0;
  double seconds = 10, ramp = 20;
  std::int64_t pace = 0;
  bool json = false;
};

struct Viewer {
  std::string kind;
  Watch watch;
  Viewing viewing;
  bool counts = true;  // false: it only stands in the way
  Meter meter{};
  std::jthread thread{};
};

double quantile(std::vector<double> values, double share) {
  if (values.empty()) return 0;
  std::sort(values.begin(), values.end());
  return values[std::min(values.size() - 1, static_cast<std::size_t>(share * static_cast<double>(values.size())))];
}

std::string numbered(std::string url, int camera) {
  for (auto at = url.find("{n}"); at != std::string::npos; at = url.find("{n}")) {
    url.replace(at, 3, std::to_string(camera));
  }
  return url;
}

bool add(std::vector<std::unique_ptr<Viewer>>& out, const Options& options, const std::string& kind, Watch watch,
         const std::vector<std::string>& urls) {
  for (const auto& url : urls) {
    const int all = options.count + options.stopped;
    for (int i = 0; i < all; ++i) {
      auto address = parse_address(numbered(url, 1 + i % options.cameras));
      if (!address) {
        fmt::print(stderr, "not an address: {}\n", url);
        return false;
      }
      const bool stands = i < options.stopped;
      out.push_back(std::make_unique<Viewer>(
          Viewer{kind, watch, {*address, options.headers, options.hello, stands ? -1 : options.pace}, !stands}));
    }
  }
  return true;
}

// Connections that say nothing.
std::vector<std::unique_ptr<Socket>> idle_connections(const Options& options, const std::string& url) {
  std::vector<std::unique_ptr<Socket>> out;
  const auto address = parse_address(numbered(url, 1));
  for (int i = 0; address && i < options.idle; ++i) {
    out.push_back(std::make_unique<Socket>());
    if (!out.back()->connect(*address)) break;
  }
  return out;
}

nlohmann::json summary(const std::vector<std::unique_ptr<Viewer>>& viewers, const std::string& kind) {
  std::vector<double> joins, delays;
  std::uint64_t pictures = 0, skipped = 0, stalls = 0;
  double stalled = 0;
  int count = 0;
  std::map<std::string, int> troubles;
  for (const auto& viewer : viewers) {
    if (viewer->kind != kind || !viewer->counts) continue;
    const auto& seen = viewer->meter.seen();
    ++count;
    if (seen.join_s) joins.push_back(*seen.join_s);
    delays.insert(delays.end(), seen.delays_s.begin(), seen.delays_s.end());
    pictures += seen.pictures;
    skipped += seen.skipped;
    stalls += seen.stalls;
    stalled += seen.stalled_s;
    if (!seen.trouble.empty()) ++troubles[seen.trouble];
  }
  return {
      {"viewers", count},
      {"joined", joins.size()},
      {"join_s", {{"p50", quantile(joins, 0.5)}, {"p95", quantile(joins, 0.95)}}},
      {"delay_s", {{"p50", quantile(delays, 0.5)}, {"p95", quantile(delays, 0.95)}, {"p99", quantile(delays, 0.99)}}},
      {"pictures", pictures},
      {"skipped", skipped},
      {"stalls", stalls},
      {"stalled_s", stalled},
      {"troubles", troubles}};
}

void print(const std::string& kind, const nlohmann::json& one) {
  fmt::print(
      "{:<5} {:>4} of {:<4} joined  join p50 {:>4.0f} p95 {:>4.0f} ms  delay p50 {:>4.0f} p95 {:>4.0f} p99 {:>4.0f} ms "
      " "
      "{} pictures, {} skipped, {} stalls ({:.1f} s)\n",
      kind, one["joined"].get<int>(), one["viewers"].get<int>(), one["join_s"]["p50"].get<double>() * 1e3,
      one["join_s"]["p95"].get<double>() * 1e3, one["delay_s"]["p50"].get<double>() * 1e3,
      one["delay_s"]["p95"].get<double>() * 1e3, one["delay_s"]["p99"].get<double>() * 1e3,
      one["pictures"].get<std::uint64_t>(), one["skipped"].get<std::uint64_t>(), one["stalls"].get<std::uint64_t>(),
      one["stalled_s"].get<double>());
  for (const auto& [trouble, times] : one["troubles"].items()) fmt::print("      {} × {}\n", times.get<int>(), trouble);
}

void start(Viewer& viewer) {
  viewer.meter = Meter();
  viewer.thread = std::jthread(
      [&viewer](std::stop_token stop) { viewer.meter.end(viewer.watch(viewer.viewing, viewer.meter, stop)); });
}

int run(const Options& options) {
  std::vector<std::unique_ptr<Viewer>> viewers;
  if (!add(viewers, options, "rtsp", watch_rtsp, options.rtsp) ||
      !add(viewers, options, "mse", watch_mse, options.mse) || !add(viewers, options, "hls", watch_hls, options.hls) ||
      !add(viewers, options, "whep", watch_whep, options.whep)) {
    return 2;
  }
  if (viewers.empty()) {
    fmt::print(stderr, "nothing to watch: give --rtsp, --mse, --hls or --whep an address\n");
    return 2;
  }
  const auto before = figures_of(options.pid);
  std::vector<std::unique_ptr<Socket>> idle;
  for (const auto* urls : {&options.mse, &options.hls, &options.whep, &options.rtsp}) {
    if (idle.empty() && !urls->empty()) idle = idle_connections(options, urls->front());
  }
  for (auto& viewer : viewers) {
    start(*viewer);
    std::this_thread::sleep_for(std::chrono::duration<double>(1 / std::max(options.ramp, 0.1)));
  }
  // The load as it is when all are there.
  const auto from = Clock::now();
  const auto first = figures_of(options.pid);
  std::this_thread::sleep_for(std::chrono::duration<double>(options.seconds));
  const auto last = figures_of(options.pid);
  const double lasted = std::chrono::duration<double>(Clock::now() - from).count();
  for (auto& viewer : viewers) viewer->thread.request_stop();
  for (auto& viewer : viewers) viewer->thread.join();
  nlohmann::json out = nlohmann::json::object();
  for (const std::string kind : {"rtsp", "mse", "hls", "whep"}) {
    auto one = summary(viewers, kind);
    if (one["viewers"] == 0) continue;
    if (!options.json) print(kind, one);
    out[kind] = std::move(one);
  }
  if (before && first && last) {
    const double cpu = 100 * (last->cpu_s - first->cpu_s) / lasted;
    out["server"] = {{"cpu_percent", cpu},
                     {"resident_mib", last->resident_mib},
                     {"resident_mib_before", before->resident_mib},
                     {"threads", last->threads},
                     {"threads_before", before->threads}};
    if (!options.json) {
      fmt::print("server: {:.1f} % of a core, {:.1f} MiB resident ({:+.1f}), {} threads ({:+})\n", cpu,
                 last->resident_mib, last->resident_mib - before->resident_mib, last->threads,
                 last->threads - before->threads);
    }
  }
  if (options.json) fmt::print("{}\n", out.dump(1));
  return 0;
}

}  // namespace
}  // namespace vigil::viewers

int main(int argc, char** argv) {
  using namespace vigil::viewers;
  Options options;
  CLI::App app{"Watches live streams, and measures what viewers see and what it costs the server"};
  app.add_option("--rtsp", options.rtsp, "rtsp:// address; {n} is the number of the camera");
  app.add_option("--mse", options.mse, "http:// address of the WebSocket");
  app.add_option("--hls", options.hls, "http:// address of a playlist");
  app.add_option("--whep", options.whep, "http:// address that takes offers");
  app.add_option("--count", options.count, "Viewers of each address")->check(CLI::Range(0, 2000));
  app.add_option("--cameras", options.cameras, "{n} goes from 1 to this")->check(CLI::Range(1, 1000));
  app.add_option("--seconds", options.seconds, "How long, once all are there");
  app.add_option("--ramp", options.ramp, "Viewers that come in a second");
  app.add_option("--pace", options.pace, "Bytes a second that each viewer reads; 0: all");
  app.add_option("--stopped", options.stopped, "Further viewers of each address that connect and never read");
  app.add_option("--idle", options.idle, "Further connections that say nothing");
  app.add_option("--header", options.headers, "Of HTTP requests, such as 'Authorization: Bearer …'");
  app.add_option("--mse-hello", options.hello, "Text to send first over the WebSocket, for servers that want one");
  app.add_option("--pid", options.pid, "Process of the server, on this machine");
  app.add_flag("--json", options.json);
  CLI11_PARSE(app, argc, argv);
  rlimit files{};
  getrlimit(RLIMIT_NOFILE, &files);
  files.rlim_cur = files.rlim_max;
  setrlimit(RLIMIT_NOFILE, &files);
  return run(options);
}
