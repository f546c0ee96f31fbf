// The packet ring: what publishing costs, and what each reader adds.
#include <benchmark/benchmark.h>

#include <atomic>
#include <thread>
#include <vector>

#include "stream/stream.h"

namespace vigil::stream {
namespace {

constexpr std::size_t kPacketBytes = 10'000;  // 25 frames a second of 2 Mbit/s

media::Packet packet(int n) {
  static const auto params = std::make_shared<const media::CodecParams>();
  static const media::SharedBytes bytes{std::vector<std::uint8_t>(kPacketBytes)};
  media::Packet p;
  p.key = n % 50 == 0;
  p.received = WallTime(std::chrono::milliseconds(40) * n);
  p.params = params;
  p.data = bytes;
  return p;
}

// One packet in, read by every cursor: time is for the packet and all its readers.
void BM_FanOut(benchmark::State& state) {
  auto stream = std::make_shared<Stream>();
  std::vector<Cursor> cursors;
  for (int i = 0; i < state.range(0); ++i) cursors.push_back(stream->open(Start::NextPacket));
  int n = 0;
  for (auto _ : state) {
    stream->publish(packet(n++));
    for (auto& cursor : cursors) benchmark::DoNotOptimize(cursor.try_next());
  }
  state.SetItemsProcessed(state.iterations() * state.range(0));
}
BENCHMARK(BM_FanOut)->Arg(1)->Arg(8)->Arg(64)->Arg(512);

// The writer alone, while readers that never read lie around: it must not know them.
void BM_PublishBesideIdleCursors(benchmark::State& state) {
  auto stream = std::make_shared<Stream>();
  std::vector<Cursor> cursors;
  for (int i = 0; i < state.range(0); ++i) cursors.push_back(stream->open(Start::NextPacket));
  int n = 0;
  for (auto _ : state) stream->publish(packet(n++));
}
BENCHMARK(BM_PublishBesideIdleCursors)->Arg(0)->Arg(512);

// From publish() to a reader that sleeps in next().
void BM_WakeASleepingReader(benchmark::State& state) {
  auto stream = std::make_shared<Stream>();
  std::atomic<std::uint64_t> seen{0};
  std::jthread reader([&, cursor = stream->open(Start::NextPacket)]() mutable {
    for (;;) {
      auto next = cursor.next({}, std::chrono::seconds(10));
      if (!std::holds_alternative<media::PacketPtr>(next)) return;
      seen = std::get<media::PacketPtr>(next)->sequence;
    }
  });
  int n = 0;
  for (auto _ : state) {
    auto sequence = stream->publish(packet(n++));
    while (seen < sequence) std::this_thread::yield();
  }
  stream->close();
}
BENCHMARK(BM_WakeASleepingReader);

}  // namespace
}  // namespace vigil::stream
