// Events per second from the bus to a real Redis on loopback, acknowledged.

#include <benchmark/benchmark.h>

#include <thread>

#include "base/log.h"
#include "sinks/redis.h"
#include "sinks/redis_server_fake.h"

namespace {

using namespace vigil;

void events_to_redis(benchmark::State& state) {
  log::configure(log::Level::Error, log::Format::Text);
  sinks::testing::RedisServer server;
  if (!server.start()) {
    state.SkipWithError("redis-server is not installed (apt-get install redis-server)");
    return;
  }
  auto config = sinks::parse_redis_url(state.range(1) != 0 ? server.unix_url() : server.url());
  if (!config) {
    state.SkipWithError(config.error().message.c_str());
    return;
  }
  const auto count = static_cast<std::uint64_t>(state.range(0));
  config->batch = static_cast<std::size_t>(state.range(2));
  bus::Bus bus;
  sinks::RedisSink sink(*config, bus.subscribe("redis", count), system_clock());
  sink.start();
  std::uint64_t sent = 0;
  for (auto _ : state) {
    for (std::uint64_t i = 0; i < count; ++i) {
      bus.publish({"cam_001", system_clock().wall(), model::FrameIngested{"rtsp"}});
    }
    sent += count;
    while (sink.figures().published < sent) std::this_thread::yield();
  }
  auto figures = sink.figures();
  state.SetItemsProcessed(static_cast<std::int64_t>(sent));
  if (figures.dropped != 0) state.SkipWithError("events were dropped");
}

// Events, UNIX socket or TCP, commands in flight.
BENCHMARK(events_to_redis)
    ->ArgNames({"events", "unix", "in_flight"})
    ->Args({20000, 0, 256})
    ->Args({20000, 1, 256})
    ->Args({2000, 0, 1})
    ->UseRealTime()
    ->Unit(benchmark::kMillisecond);

}  // namespace
