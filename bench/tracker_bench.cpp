// Association: what one frame costs with so many objects, and the assignment alone.
#include <benchmark/benchmark.h>

#include <chrono>
#include <random>
#include <vector>

#include "base/assignment.h"
#include "vision/tracker.h"

namespace vigil::vision {
namespace {

// People who walk to and fro and cross each other; a tenth is not found, a tenth found weakly.
class Crowd {
 public:
  explicit Crowd(int people) {
    std::uniform_real_distribution<float> x(0, 1800), y(0, 900), speed(-3, 3);
    for (int i = 0; i < people; ++i) people_.push_back({x(random_), y(random_), speed(random_), speed(random_)});
  }

  const std::vector<Detection>& next() {
    found_.clear();
    std::uniform_real_distribution<float> noise(-2, 2), luck(0, 1);
    for (auto& each : people_) {
      each.x += each.speed_x;
      each.y += each.speed_y;
      if (each.x < 0 || each.x > 1800) each.speed_x = -each.speed_x;
      if (each.y < 0 || each.y > 900) each.speed_y = -each.speed_y;
      const float chance = luck(random_);
      if (chance < 0.1F) continue;
      const float score = chance < 0.2F ? 0.3F : 0.9F;
      found_.push_back({{each.x + noise(random_), each.y + noise(random_), 60, 160}, 0, score, {}});
    }
    return found_;
  }

 private:
  struct Person {
    float x, y, speed_x, speed_y;
  };
  std::mt19937 random_{1};
  std::vector<Person> people_;
  std::vector<Detection> found_;
};

void BM_TrackerFrame(benchmark::State& state) {
  Crowd crowd(static_cast<int>(state.range(0)));
  std::vector<std::vector<Detection>> frames;
  for (int i = 0; i < 500; ++i) frames.push_back(crowd.next());
  Tracker tracker(TrackerConfig{});
  Nanos now{0};
  std::size_t index = 0;
  for (auto _ : state) {
    now += std::chrono::milliseconds(66);
    // To and fro, so that the crowd never jumps.
    const std::size_t turn = index++ % (2 * frames.size() - 2);
    benchmark::DoNotOptimize(tracker.update(frames[turn < frames.size() ? turn : 2 * frames.size() - 2 - turn], now));
  }
}
BENCHMARK(BM_TrackerFrame)->Arg(1)->Arg(5)->Arg(20)->Arg(100)->Arg(500);

void BM_Assignment(benchmark::State& state) {
  const int size = static_cast<int>(state.range(0));
  std::mt19937 random(1);
  std::uniform_real_distribution<double> gain(0, 1);
  std::vector<PairGain> gains;
  for (int row = 0; row < size; ++row) {
    for (int column = 0; column < size; ++column) gains.push_back({row, column, gain(random)});
  }
  Assignment assignment;
  for (auto _ : state) benchmark::DoNotOptimize(assignment.solve(size, size, gains));
}
BENCHMARK(BM_Assignment)->Arg(5)->Arg(20)->Arg(100)->Arg(500);

}  // namespace
}  // namespace vigil::vision
