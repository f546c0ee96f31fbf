#include <benchmark/benchmark.h>

#include <cstdlib>
#include <filesystem>

#include "base/clock.h"
#include "media/image.h"
#include "media/sample.h"
#include "vision/model.h"
#include "vision/onnx/graph.h"
#include "vision/onnx/session.h"
#include "vision/preprocess.h"
#include "vision/read_file.h"

// What a detection costs besides the model: preparing the picture, and the whole way through a detector against the
// bare session. Needs ../shared/data (or $VIGIL_TEST_DATA) for the model.

namespace {

using namespace vigil;

const vision::Preparation kYolox{.fit = vision::Preparation::Fit::Letterbox,
                                 .order = vision::Preparation::Order::Bgr,
                                 .mean = {0, 0, 0},
                                 .scale = {1, 1, 1}};

media::FramePtr frame_of(int width, int height) {
  auto sample = media::encode_sample({.codec = media::Codec::Mjpeg, .width = width, .height = height, .frames = 1});
  if (!sample.ok()) return nullptr;
  auto frame = media::decode_image(sample->units[0].bytes);
  return frame.ok() ? *frame : nullptr;
}

void Prepare(benchmark::State& state) {
  auto frame = frame_of(static_cast<int>(state.range(0)), static_cast<int>(state.range(1)));
  if (!frame) return state.SkipWithError("no sample");
  vision::Preprocessor preprocessor({416, static_cast<int>(state.range(2)), false}, kYolox);
  for (auto _ : state) benchmark::DoNotOptimize(preprocessor.prepare(*frame));
}
BENCHMARK(Prepare)
    ->ArgNames({"width", "height", "lines"})
    ->Args({1920, 1080, 416})
    ->Args({1920, 1080, 256})
    ->Args({768, 576, 352})
    ->Args({640, 360, 256})
    ->Args({3840, 2160, 256})
    ->Unit(benchmark::kMillisecond);

Result<std::string> model_file() {
  const char* set = std::getenv("VIGIL_TEST_DATA");
  const std::filesystem::path data = set == nullptr ? "../shared/data" : set;
  return vision::read_file(data / "models/yolox_nano_416x416.onnx", 1u << 28);
}

// The library alone, on the tensor that the detector would give it.
void BareSession(benchmark::State& state) {
  auto bytes = model_file();
  if (!bytes.ok()) return state.SkipWithError("no model: VIGIL_TEST_DATA");
  auto changed = vision::onnx::with_free_size(*bytes);
  auto session = changed.ok() ? vision::onnx::Session::load(*changed, "cpu") : changed.error();
  if (!session.ok()) return state.SkipWithError(session.error().message.c_str());
  const auto lines = static_cast<std::int64_t>(state.range(0));
  std::vector<float> tensor(static_cast<std::size_t>(3 * lines * 416), 114.F);
  const std::vector<vision::onnx::Input> inputs = {{{1, 3, lines, 416}, std::span<const float>(tensor)}};
  for (auto _ : state) {
    auto outputs = (*session)->run(inputs);
    if (!outputs.ok()) return state.SkipWithError("does not run");
    benchmark::DoNotOptimize(outputs->floats(0).data());
  }
}
BENCHMARK(BareSession)->ArgName("lines")->Arg(416)->Arg(256)->Unit(benchmark::kMillisecond);

// The same model through a detector, from a decoded picture to boxes. `share`: of the time that is the model's.
void Detect(benchmark::State& state) {
  auto bytes = model_file();
  if (!bytes.ok()) return state.SkipWithError("no model: VIGIL_TEST_DATA");
  vision::ModelCard card;
  card.name = "bench";
  card.version = "1";
  auto model = vision::load_model(card, *bytes);
  auto frame = frame_of(static_cast<int>(state.range(0)), static_cast<int>(state.range(1)));
  if (!model.ok() || !frame) return state.SkipWithError("no model or no sample");
  auto detector = vision::make_detector(*model);
  Nanos infer{0}, other{0};
  for (auto _ : state) {
    auto found = detector->detect(*frame, {.min_score = 0.1F});
    if (!found.ok()) return state.SkipWithError("does not run");
    infer += found->infer;
    other += found->preprocess + found->postprocess;
  }
  state.counters["share"] = static_cast<double>(infer.count()) / static_cast<double>((infer + other).count());
}
BENCHMARK(Detect)->ArgNames({"width", "height"})->Args({1920, 1080})->Args({768, 576})->Unit(benchmark::kMillisecond);

// How much of the bare session's throughput a detector reaches: both in turns, on tensors of the same shape, so that a
// busy machine slows both alike. `of_bare` is the figure; 1 would be no cost besides the model.
void DetectorAgainstBareSession(benchmark::State& state) {
  auto bytes = model_file();
  if (!bytes.ok()) return state.SkipWithError("no model: VIGIL_TEST_DATA");
  vision::ModelCard card;
  card.name = "bench";
  card.version = "1";
  auto model = vision::load_model(card, *bytes);
  auto changed = vision::onnx::with_free_size(*bytes);
  const int width = static_cast<int>(state.range(0)), height = static_cast<int>(state.range(1));
  auto frame = frame_of(width, height);
  if (!model.ok() || !changed.ok() || !frame) return state.SkipWithError("no model or no sample");
  auto session = vision::onnx::Session::load(*changed, "cpu");
  if (!session.ok()) return state.SkipWithError(session.error().message.c_str());
  auto detector = vision::make_detector(*model, {.room = 1});
  const auto shape = vision::fitted_shape({416, 416, false}, width, height);
  const std::vector<float> tensor(
      static_cast<std::size_t>(3) * static_cast<std::size_t>(shape.width) * static_cast<std::size_t>(shape.height),
      114.F);
  const std::vector<vision::onnx::Input> inputs = {{{1, 3, shape.height, shape.width}, std::span<const float>(tensor)}};
  Nanos bare{0}, whole{0};
  for (auto _ : state) {
    const auto began = system_clock().steady();
    auto outputs = (*session)->run(inputs);
    const auto between = system_clock().steady();
    auto found = detector->detect(*frame, {.min_score = 0.1F});
    const auto end = system_clock().steady();
    if (!outputs.ok() || !found.ok()) return state.SkipWithError("does not run");
    bare += between - began;
    whole += end - between;
  }
  state.counters["of_bare"] = static_cast<double>(bare.count()) / static_cast<double>(whole.count());
}
BENCHMARK(DetectorAgainstBareSession)
    ->ArgNames({"width", "height"})
    ->Args({1920, 1080})
    ->Args({768, 576})
    ->Unit(benchmark::kMillisecond);

}  // namespace
