#include <benchmark/benchmark.h>

#include "media/access_unit.h"
#include "media/decoder.h"
#include "media/image.h"
#include "media/sample.h"

// What a snapshot costs from a decoded 1080p picture, and what every packet costs on its way in.

namespace {

using namespace vigil::media;

FramePtr decoded(int width, int height) {
  auto packets = sample_packets({.width = width, .height = height, .frames = 1});
  if (!packets.ok()) return nullptr;
  auto decoder = make_decoder(*packets->front().params);
  if (!decoder.ok()) return nullptr;
  auto frames = (*decoder)->decode(packets->front());
  return frames.ok() && !frames->empty() ? frames->front() : nullptr;
}

void encode(benchmark::State& state, const JpegOptions& options) {
  auto frame = decoded(1920, 1080);
  if (!frame) return state.SkipWithError("no sample");
  std::size_t size = 0;
  for (auto _ : state) {
    auto jpeg = encode_jpeg(*frame, options);
    if (!jpeg.ok()) return state.SkipWithError("not encoded");
    size = jpeg->size();
    benchmark::DoNotOptimize(jpeg->data());
  }
  state.counters["bytes"] = static_cast<double>(size);
}

void JpegOf1080p(benchmark::State& state) {
  encode(state, {.quality = 85});
}
BENCHMARK(JpegOf1080p)->Unit(benchmark::kMillisecond);

void Jpeg640WideOf1080p(benchmark::State& state) {
  encode(state, {.max_width = 640, .quality = 85});
}
BENCHMARK(Jpeg640WideOf1080p)->Unit(benchmark::kMillisecond);

void Decode1080pJpeg(benchmark::State& state) {
  auto sample = encode_sample({.codec = Codec::Mjpeg, .width = 1920, .height = 1080, .frames = 1});
  if (!sample.ok()) return state.SkipWithError("no sample");
  for (auto _ : state) {
    auto frame = decode_image(sample->units[0].bytes);
    if (!frame.ok()) return state.SkipWithError("not decoded");
    benchmark::DoNotOptimize(frame->get());
  }
}
BENCHMARK(Decode1080pJpeg)->Unit(benchmark::kMillisecond);

// 2 Mbit/s at 25 pictures a second is 10 KB a packet.
void NormaliseAccessUnit(benchmark::State& state) {
  auto sample = encode_sample({.width = 640, .height = 360, .frames = 2});
  if (!sample.ok()) return state.SkipWithError("no sample");
  AccessUnitNormaliser normaliser(sample->params);
  if (!normaliser.push(sample->units[0].bytes).ok()) return state.SkipWithError("not taken");
  auto unit = sample->units[1].bytes;
  unit.resize(static_cast<std::size_t>(state.range(0)), 0x5a);
  for (auto _ : state) {
    auto out = normaliser.push(unit);
    if (!out.ok()) return state.SkipWithError("not taken");
    benchmark::DoNotOptimize(out->data.data());
  }
  state.SetBytesProcessed(state.iterations() * state.range(0));
}
BENCHMARK(NormaliseAccessUnit)->Arg(1000)->Arg(10000)->Arg(100000)->Unit(benchmark::kMicrosecond);

}  // namespace
