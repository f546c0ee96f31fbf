// What it costs to keep what a busy camera sees: time an observation, and bytes an hour.

#include <benchmark/benchmark.h>
#include <sys/resource.h>

#include <cmath>
#include <filesystem>
#include <random>

#include "records/channel.h"
#include "records/writer.h"
#include "store/open.h"
#include "store/postgres_server_fake.h"

namespace vigil {
namespace {

using namespace std::chrono_literals;

constexpr double kFps = 15;
constexpr int kPeople = 8;           // in the picture at any time
constexpr double kStaySeconds = 20;  // each of them

// A street: eight people in the picture, each there for twenty seconds, with the jitter of a real tracker.
class Street {
 public:
  model::Observation next() {
    model::Observation frame;
    frame.camera_id = "street";
    frame.sequence = ++sequence_;
    frame.captured =
        WallTime(1'700'000'000'000'000us) +
        std::chrono::microseconds(std::llround(static_cast<double>(sequence_) * 1e6 / kFps + late_(random_)));
    frame.width = 1920;
    frame.height = 1080;
    frame.detected = true;
    frame.model = "bench@1";
    frame.times.total = 30ms;
    const auto stay = static_cast<std::uint64_t>(kFps * kStaySeconds);
    for (std::uint64_t i = 0; i < kPeople; ++i) {
      const auto shifted = sequence_ + i * stay / kPeople;
      model::SeenObject person;
      person.track_id = 1 + i + kPeople * (shifted / stay);
      person.state = shifted % 40 == 0 ? model::TrackState::Coasting : model::TrackState::Confirmed;
      person.label = "person";
      person.class_id = 0;
      person.confidence = 0.8F + 0.05F * jitter_(random_);
      const auto step = static_cast<float>(shifted % stay);
      person.box = {step * 5 + jitter_(random_), 300 + 40 * static_cast<float>(i) + jitter_(random_),
                    80 + jitter_(random_), 200 + jitter_(random_)};
      if (person.state == model::TrackState::Confirmed) person.detected = person.box;
      frame.objects.push_back(std::move(person));
    }
    return frame;
  }

 private:
  std::uint64_t sequence_ = 0;
  std::mt19937 random_{1};
  std::normal_distribution<float> jitter_{0, 1};
  std::normal_distribution<double> late_{0, 3000};
};

class Folder {
 public:
  Folder() {
    std::string pattern = (std::filesystem::temp_directory_path() / "vigil-bench-XXXXXX").string();
    path_ = ::mkdtemp(pattern.data()) != nullptr ? pattern : "";
  }
  ~Folder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  std::string data() const { return path_ + "/data"; }

 private:
  std::string path_;
};

double cpu_seconds() {
  rusage usage{};
  ::getrusage(RUSAGE_SELF, &usage);
  auto seconds = [](const timeval& time) {
    return static_cast<double>(time.tv_sec) + 1e-6 * static_cast<double>(time.tv_usec);
  };
  return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

// The whole way: observation → records → database, an hour of video in batches of two seconds.
void keep(benchmark::State& state, const store::OpenOptions& options) {
  auto opened = store::open_store(options);
  if (!opened) return state.SkipWithError(opened.error().message.c_str());
  auto& store = **opened;
  ManualClock clock;
  bus::Observations topic;
  records::WriterConfig config;
  config.data_dir = options.data_dir;
  records::Writer writer(config, topic.subscribe("records", 10000), store.records().log(), nullptr, clock);
  Street street;
  const auto before = store.health().bytes;
  const double began = cpu_seconds();
  std::uint64_t frames = 0;
  for (auto _ : state) {
    for (int i = 0; i < static_cast<int>(2 * kFps); ++i, ++frames) topic.publish(street.next());
    clock.advance(2s);
    writer.step();
  }
  const double spent = cpu_seconds() - began;
  writer.stop();
  const double hours = static_cast<double>(frames) / kFps / 3600;
  state.SetItemsProcessed(static_cast<std::int64_t>(frames));
  state.counters["cpu_us_per_observation"] = 1e6 * spent / static_cast<double>(frames);
  state.counters["MiB_per_hour"] = static_cast<double>(store.health().bytes - before) / 1048576 / hours;
  std::uint64_t boxes = 0, coded = 0;
  auto segments = store.records().tracks().boxes({.limit = 10000});
  if (segments) {
    for (const auto& segment : *segments) {
      boxes += segment.boxes;
      coded += segment.coded.size();
    }
  }
  if (boxes > 0) state.counters["bytes_per_box"] = static_cast<double>(coded) / static_cast<double>(boxes);
}

void Sqlite(benchmark::State& state) {
  Folder folder;
  keep(state, {.data_dir = folder.data()});
}
BENCHMARK(Sqlite)->Iterations(900)->Unit(benchmark::kMillisecond);

void Postgres(benchmark::State& state) {
  auto& server = store::PostgresServer::shared();
  if (!server.start()) return state.SkipWithError(store::PostgresServer::kMissing);
  Folder folder;
  keep(state, {.data_dir = folder.data(), .database_url = server.url()});
}
BENCHMARK(Postgres)->Iterations(900)->Unit(benchmark::kMillisecond);

void Fold(benchmark::State& state) {
  Street street;
  records::Channel channel("street", {}, nullptr);
  store::RecordBatch batch;
  std::uint64_t frames = 0;
  for (auto _ : state) {
    state.PauseTiming();
    const auto frame = street.next();
    state.ResumeTiming();
    channel.observe(frame);
    if (++frames % 30 == 0) {
      batch = {};
      channel.collect(batch);
    }
  }
}
BENCHMARK(Fold)->Iterations(20000)->Unit(benchmark::kMicrosecond);

}  // namespace
}  // namespace vigil
