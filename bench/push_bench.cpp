#include <benchmark/benchmark.h>

#include <memory>
#include <string>
#include <vector>

#include "api/auth/accounts.h"
#include "api/http_client_fake.h"
#include "api/server.h"
#include "base/log.h"
#include "media/image.h"
#include "pipeline/local_analyst.h"
#include "store/memory.h"

// What the HTTP interface can take: pushed pictures and small answers per second, over connections that are kept.

namespace {

using namespace vigil;

// A whole server on a free port with one camera that pictures are pushed to.
struct Running {
  Running() {
    log::configure(log::Level::Error, log::Format::Text);
    api::Config config;
    config.port = 0;
    config.auth = api::AuthMode::None;
    server = std::make_unique<api::Server>(config,
                                           api::Services{cameras, accounts, *store, bus, observations, system_clock(),
                                                         [] { return std::vector<sinks::Figures>(); }});
    model::Camera camera;
    camera.id = camera.name = "push";
    camera.source_type = model::SourceType::HttpPush;
    camera.motion.enabled = false;
    ok = cameras.start().ok() && cameras.add(camera, false).ok() && server->start().ok();
  }
  ~Running() {
    server->stop();
    cameras.stop();
  }
  std::unique_ptr<store::Store> store = store::make_memory_store();
  bus::Bus bus;
  bus::Observations observations;
  api::Accounts accounts{*store, system_clock()};
  pipeline::LocalAnalysts analysts{system_clock()};
  cameras::Cameras cameras{{},      std::make_shared<ingest::EgressPolicy>(), store->cameras(), {bus}, system_clock(),
                           analysts};
  std::unique_ptr<api::Server> server;
  bool ok = false;
};

Running& running() {
  static Running instance;
  return instance;
}

std::string picture(int width, int height) {
  std::vector<std::uint8_t> pixels(static_cast<std::size_t>(width * height));
  for (std::size_t i = 0; i < pixels.size(); ++i) pixels[i] = static_cast<std::uint8_t>((i * 2654435761u) >> 27 << 3);
  media::Frame frame;
  frame.format = media::PixelFormat::Gray;
  frame.full_range = true;
  frame.width = width;
  frame.height = height;
  frame.planes[0] = {pixels.data(), width, width, height};
  auto jpeg = media::encode_jpeg(frame, {.quality = 50});
  return jpeg.ok() ? std::string(jpeg->begin(), jpeg->end()) : std::string();
}

void ask(benchmark::State& state, std::string_view method, std::string_view target, const std::string& body,
         int expected) {
  if (!running().ok) return state.SkipWithError("the server did not start");
  api::HttpClient client(running().server->port());
  for (auto _ : state) {
    auto reply = client.ask(method, target, body, "image/jpeg");
    if (reply.status != expected) return state.SkipWithError("unexpected answer");
  }
  state.SetItemsProcessed(state.iterations());
  if (!body.empty()) state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(body.size()));
}

void PushVga(benchmark::State& state) {
  static const auto jpeg = picture(640, 480);
  ask(state, "POST", "/api/ingest/push/push", jpeg, 202);
}
BENCHMARK(PushVga)->Threads(1)->Threads(8)->UseRealTime();

void Push1080p(benchmark::State& state) {
  static const auto jpeg = picture(1920, 1080);
  ask(state, "POST", "/api/ingest/push/push", jpeg, 202);
}
BENCHMARK(Push1080p)->Threads(1)->Threads(8)->UseRealTime();

void Health(benchmark::State& state) {
  ask(state, "GET", "/health", {}, 200);
}
BENCHMARK(Health)->Threads(1)->Threads(8)->UseRealTime();

void ReadCamera(benchmark::State& state) {
  ask(state, "GET", "/api/cameras/push", {}, 200);
}
BENCHMARK(ReadCamera)->Threads(1)->Threads(8)->UseRealTime();

}  // namespace
