// What the analysis of a picture costs besides the model, the classic detector, and the scheduler between cameras.

#include <benchmark/benchmark.h>

#include <cmath>
#include <latch>
#include <memory>
#include <random>
#include <vector>

#include "pipeline/analysis.h"
#include "pipeline/detector_fake.h"
#include "pipeline/scheduler.h"
#include "vision/classic_detector.h"

namespace {

using namespace vigil;

constexpr int kWidth = 768, kHeight = 576;

// Dark figures that walk over a textured ground.
class Street {
 public:
  explicit Street(int people) : people_(people) {
    std::mt19937 random(5);
    ground_.resize(std::size_t(kWidth) * kHeight);
    for (auto& pixel : ground_) pixel = static_cast<std::uint8_t>(110 + random() % 12);
  }

  media::FramePtr next() {
    auto pixels = std::make_shared<std::vector<std::uint8_t>>(ground_);
    for (int i = 0; i < people_; ++i) {
      const int left = x(i), top = 80 + 70 * (i % 6);
      for (int y = top; y < top + 80; ++y) {
        for (int c = left; c < std::min(kWidth, left + 30); ++c) (*pixels)[std::size_t(y) * kWidth + c] = 40;
      }
    }
    auto frame = std::make_shared<media::Frame>();
    frame->sequence = ++number_;
    frame->pts = Ticks(static_cast<std::int64_t>(number_) * 9000);
    frame->captured = from_unix_seconds(1'700'000'000 + static_cast<double>(number_) / 10);
    frame->format = media::PixelFormat::Gray;
    frame->width = kWidth;
    frame->height = kHeight;
    frame->planes[0] = {pixels->data(), kWidth, kWidth, kHeight};
    frame->owner = std::move(pixels);
    return frame;
  }
  int x(int person) const { return static_cast<int>((number_ * 4 + static_cast<std::uint64_t>(person) * 97) % 720); }
  int people() const { return people_; }

 private:
  const int people_;
  std::vector<std::uint8_t> ground_;
  std::uint64_t number_ = 0;
};

// Motion, gate, filters, tracker and the observation: all but the model.
void BM_AnalysisWithoutTheModel(benchmark::State& state) {
  Street street(static_cast<int>(state.range(0)));
  pipeline::FakeDetectors detectors;
  detectors.find = [&street](const media::Frame&, const vision::DetectOptions&) {
    vision::Detections out;
    for (int i = 0; i < street.people(); ++i) {
      out.found.push_back(
          pipeline::FakeDetectors::person(static_cast<float>(street.x(i)), static_cast<float>(80 + 70 * (i % 6))));
    }
    return out;
  };
  pipeline::Analysis analysis("bench", detectors);
  pipeline::AnalysisConfig config;
  config.analysis.enabled = true;
  config.analysis.rate.mode = model::RateMode::EveryFrame;
  if (!analysis.adopt(config).ok()) state.SkipWithError("not configured");
  for (auto _ : state) {
    state.PauseTiming();
    const auto frame = street.next();
    state.ResumeTiming();
    benchmark::DoNotOptimize(analysis.see(frame, {}));
  }
}
BENCHMARK(BM_AnalysisWithoutTheModel)->Arg(5)->Arg(20)->Unit(benchmark::kMicrosecond);

void BM_ClassicDetector(benchmark::State& state) {
  Street street(static_cast<int>(state.range(0)));
  const auto detector = vision::make_classic_detector();
  for (int i = 0; i < 40; ++i) (void)detector->detect(*street.next(), {});
  for (auto _ : state) {
    state.PauseTiming();
    const auto frame = street.next();
    state.ResumeTiming();
    benchmark::DoNotOptimize(detector->detect(*frame, {}).ok());
  }
}
BENCHMARK(BM_ClassicDetector)->Arg(0)->Arg(6)->Unit(benchmark::kMicrosecond);

// From offering a piece of work until it has run, on a sleeping thread.
void BM_SchedulerWakes(benchmark::State& state) {
  pipeline::Scheduler scheduler(2);
  const auto lane = scheduler.open();
  for (auto _ : state) {
    std::latch done(1);
    lane->offer({}, [&done] { done.count_down(); });
    done.wait();
  }
}
BENCHMARK(BM_SchedulerWakes)->UseRealTime()->Unit(benchmark::kMicrosecond);

// Sixteen cameras with work for two threads: what a piece costs.
void BM_SchedulerBusy(benchmark::State& state) {
  pipeline::Scheduler scheduler(2);
  std::vector<std::unique_ptr<pipeline::Scheduler::Lane>> lanes;
  for (int i = 0; i < 16; ++i) lanes.push_back(scheduler.open());
  constexpr int kPieces = 64;
  for (auto _ : state) {
    std::latch done(16 * kPieces);
    for (int n = 0; n < kPieces; ++n) {
      for (auto& lane : lanes) lane->post(WallTime(std::chrono::milliseconds(n)), [&done] { done.count_down(); });
    }
    done.wait();
  }
  state.SetItemsProcessed(state.iterations() * 16 * kPieces);
}
BENCHMARK(BM_SchedulerBusy)->UseRealTime();

}  // namespace
