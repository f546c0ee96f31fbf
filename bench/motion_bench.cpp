#include <benchmark/benchmark.h>

#include <vector>

#include "motion/detector.h"
#include "motion/scene_fake.h"

// What motion detection costs per picture, making it small included. Aim: at most 0.1 ms for 1080p on one core.

namespace {

using namespace vigil;

// A noisy room, empty or with somebody walking through it, five pictures a second; the pictures are made beforehand.
void analyse(benchmark::State& state, int width, int height, bool somebody) {
  std::vector<motion::Scene> pictures;
  for (int i = 0; i < 16; ++i) {
    pictures.emplace_back(width, height);
    if (somebody) pictures.back().box(0.04 * i, 0.3, 0.1, 0.35, 20);
    pictures.back().noise(2);
  }
  motion::Detector detector{model::MotionSettings{}};
  std::int64_t n = 0;
  for (auto _ : state) {
    const auto& picture = pictures[static_cast<std::size_t>(n) % pictures.size()];
    benchmark::DoNotOptimize(detector.analyse(picture.plane(), Nanos(n * 200'000'000)));
    ++n;
  }
}

}  // namespace

BENCHMARK_CAPTURE(analyse, 480p_quiet, 854, 480, false)->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(analyse, 480p_moving, 854, 480, true)->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(analyse, 1080p_quiet, 1920, 1080, false)->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(analyse, 1080p_moving, 1920, 1080, true)->Unit(benchmark::kMillisecond);
