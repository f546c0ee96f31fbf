#include <benchmark/benchmark.h>

#include <vector>

#include "vision/draw.h"

// What it costs to draw results into a decoded picture, the copy of the picture included.

namespace {

using namespace vigil;

struct Picture {
  Picture(int width, int height) : bytes(static_cast<std::size_t>(width * height * 3 / 2), 100) {
    frame.width = width;
    frame.height = height;
    const auto luma = static_cast<std::size_t>(width * height);
    frame.planes[0] = {bytes.data(), width, width, height};
    frame.planes[1] = {bytes.data() + luma, width / 2, width / 2, height / 2};
    frame.planes[2] = {bytes.data() + luma + luma / 4, width / 2, width / 2, height / 2};
  }
  std::vector<std::uint8_t> bytes;
  media::Frame frame;
};

vision::Drawing scene(const Picture& picture, int objects) {
  vision::Trails trails;
  vision::Drawing drawing;
  for (int step = 0; step < 30; ++step) {
    model::Observation seen;
    seen.model = "bench";
    seen.width = picture.frame.width;
    seen.height = picture.frame.height;
    seen.pts = std::chrono::milliseconds(40 * step);
    for (int i = 0; i < objects; ++i) {
      model::SeenObject object;
      object.track_id = static_cast<std::uint64_t>(i + 1);
      object.state = model::TrackState::Confirmed;
      object.label = "person";
      object.box = {static_cast<float>(i % 10 * picture.frame.width / 11 + 2 * step),
                    static_cast<float>(i / 10 * picture.frame.height / 3 + 20), 60, 140};
      seen.objects.push_back(object);
    }
    drawing = trails.see(seen);
  }
  return drawing;
}

void draw(benchmark::State& state, int width, int height) {
  const Picture picture(width, height);
  const auto drawing = scene(picture, static_cast<int>(state.range(0)));
  for (auto _ : state) benchmark::DoNotOptimize(vision::draw(picture.frame, drawing));
}

void Draw720p(benchmark::State& state) {
  draw(state, 1280, 720);
}
BENCHMARK(Draw720p)->ArgName("objects")->Arg(0)->Arg(20)->Unit(benchmark::kMicrosecond);

void Draw1080p(benchmark::State& state) {
  draw(state, 1920, 1080);
}
BENCHMARK(Draw1080p)->ArgName("objects")->Arg(0)->Arg(20)->Unit(benchmark::kMicrosecond);

}  // namespace
