#include <benchmark/benchmark.h>
#include <malloc.h>
#include <sys/resource.h>

#include <algorithm>
#include <cstdlib>
#include <map>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "ingest/egress.h"
#include "ingest/rtsp.h"
#include "ingest/rtsp_native.h"

// What reading a camera costs, and when its pictures are there, by both engines: VIGIL_RTSP_URL names a camera, such as
// one of `vigil sim`. CPU time is that of the reading thread, so that a busy machine does not change it.

namespace {

using namespace vigil;
using std::chrono::seconds;

constexpr int kPictures = 250;  // of one run

ingest::SourceConfig config_of(const char* url) {
  ingest::SourceConfig config;
  config.stream.url = parse_url(url).value();
  config.transport = model::Transport::Tcp;
  return config;
}

std::unique_ptr<ingest::Source> make(bool native, const char* url) {
  auto egress = std::make_shared<const ingest::EgressPolicy>();
  if (native) return std::make_unique<ingest::NativeRtspSource>(config_of(url), egress);
  return std::make_unique<ingest::RtspSource>(config_of(url), egress);
}

double thread_cpu_seconds() {
  rusage usage{};
  getrusage(RUSAGE_THREAD, &usage);
  auto seconds_of = [](const timeval& t) {
    return static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_usec) / 1e6;
  };
  return seconds_of(usage.ru_utime) + seconds_of(usage.ru_stime);
}

// CPU of one stream in percent of a core, and the heap that it holds.
void read_camera(benchmark::State& state, bool native) {
  const char* url = std::getenv("VIGIL_RTSP_URL");
  if (url == nullptr) return state.SkipWithError("VIGIL_RTSP_URL names a camera");
  for ([[maybe_unused]] auto _ : state) {
    const auto heap = mallinfo2().uordblks;
    auto source = make(native, url);
    if (auto opened = source->open(); !opened.ok()) return state.SkipWithError(opened.failure().detail.c_str());
    for (int i = 0; i < 25; ++i) (void)source->read();  // the burst at the beginning is not the rule
    const auto cpu = thread_cpu_seconds();
    const auto began = system_clock().steady();
    std::size_t bytes = 0;
    for (int i = 0; i < kPictures; ++i) {
      auto packet = source->read();
      if (!packet.ok()) return state.SkipWithError(packet.failure().detail.c_str());
      bytes += packet.value().data.size();
    }
    const std::chrono::duration<double> passed = system_clock().steady() - began;
    state.counters["cpu_percent"] = 100 * (thread_cpu_seconds() - cpu) / passed.count();
    state.counters["heap_KiB"] = static_cast<double>(mallinfo2().uordblks - heap) / 1024;
    state.counters["Mbit/s"] = static_cast<double>(bytes) * 8e-6 / passed.count();
  }
}
BENCHMARK_CAPTURE(read_camera, libav, false)->Iterations(1)->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(read_camera, native, true)->Iterations(1)->Unit(benchmark::kMillisecond);

// Both engines read the same camera; how much earlier the native one has the same picture.
void earlier(benchmark::State& state) {
  const char* url = std::getenv("VIGIL_RTSP_URL");
  if (url == nullptr) return state.SkipWithError("VIGIL_RTSP_URL names a camera");
  for ([[maybe_unused]] auto _ : state) {
    std::map<std::string, SteadyTime> came[2];
    {
      std::vector<std::jthread> readers;
      for (int engine = 0; engine < 2; ++engine) {
        readers.emplace_back([&, engine] {
          auto source = make(engine == 1, url);
          if (!source->open().ok()) return;
          for (int i = 0; i < kPictures; ++i) {
            auto packet = source->read();
            if (!packet.ok()) return;
            auto view = packet.value().data.view();
            came[engine].try_emplace(std::string(view.begin(), view.end()), system_clock().steady());
          }
        });
      }
    }
    std::vector<double> earlier_ms;
    for (const auto& [picture, time] : came[1]) {
      auto other = came[0].find(picture);
      if (other != came[0].end())
        earlier_ms.push_back(std::chrono::duration<double, std::milli>(other->second - time).count());
    }
    if (earlier_ms.empty()) return state.SkipWithError("no picture came by both");
    std::sort(earlier_ms.begin(), earlier_ms.end());
    state.counters["median_ms"] = earlier_ms[earlier_ms.size() / 2];
    state.counters["pictures"] = static_cast<double>(earlier_ms.size());
  }
}
BENCHMARK(earlier)->Iterations(1)->Unit(benchmark::kMillisecond);

}  // namespace
