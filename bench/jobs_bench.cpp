#include <benchmark/benchmark.h>
#include <stdlib.h>

#include <atomic>
#include <filesystem>
#include <mutex>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "base/log.h"
#include "store/jobs.h"
#include "store/open.h"
#include "store/postgres/connection.h"
#include "store/postgres_server_fake.h"

// Jobs in SQLite (argument 0) and PostgreSQL (1): how long it takes to get one, with 8 workers at once and none given
// out twice; and a page of what a job made of a video of two hours.

namespace {

using namespace vigil;

class Place {
 public:
  explicit Place(bool postgres) {
    log::configure(log::Level::Error, log::Format::Text);
    std::string name = "/tmp/vigil_jobs_bench_XXXXXX";
    if (::mkdtemp(name.data()) == nullptr) return;
    folder_ = name;
    store::OpenOptions options;
    options.data_dir = folder_ + "/data";
    if (postgres) options.database_url = new_schema();
    if (postgres && options.database_url.empty()) return;
    auto opened = store::open_store(options);
    if (opened) store_ = std::move(*opened);
  }
  ~Place() {
    store_.reset();
    std::error_code ignored;
    std::filesystem::remove_all(folder_, ignored);
  }
  Place(const Place&) = delete;
  Place& operator=(const Place&) = delete;
  store::Jobs* jobs() { return store_ ? &store_->jobs() : nullptr; }

 private:
  static Secret new_schema() {
    auto& server = store::PostgresServer::shared();
    if (!server.start()) return {};
    auto connection = store::postgres::Connection::open({server.url()});
    const auto name = server.new_schema_name();
    if (!connection || !(*connection)->script("CREATE SCHEMA " + name)) return {};
    return server.url(name);
  }
  std::string folder_;
  std::unique_ptr<store::Store> store_;
};

model::Job job_of(int owner) {
  model::Job job;
  job.kind = "bench";
  job.owner = "user" + std::to_string(owner);
  return job;
}

// 77: a thousand jobs of ten users, taken by 8 workers.
void ClaimsOfEightWorkers(benchmark::State& state) {
  constexpr int kJobs = 1000, kWorkers = 8;
  double claims = 0, seconds = 0;
  for (auto _ : state) {
    state.PauseTiming();
    Place place(state.range(0) != 0);
    auto* jobs = place.jobs();
    if (jobs == nullptr) return state.SkipWithError("no store");
    for (int i = 0; i < kJobs; ++i) {
      if (!jobs->jobs().insert(job_of(i % 10))) return state.SkipWithError("insert");
    }
    std::atomic<int> taken{0};
    std::atomic<bool> twice{false};
    std::mutex mutex;
    std::set<std::string> seen;
    std::atomic<std::int64_t> waited{0};
    state.ResumeTiming();
    {
      std::vector<std::jthread> workers;
      for (int i = 0; i < kWorkers; ++i) {
        workers.emplace_back([&] {
          while (true) {
            const auto began = std::chrono::steady_clock::now();
            auto claimed = jobs->queue().claim({"worker", {"bench"}, 0});
            waited += (std::chrono::steady_clock::now() - began).count();
            if (!claimed || !*claimed) return;
            ++taken;
            std::lock_guard lock(mutex);
            if (!seen.insert((*claimed)->id).second) twice = true;
          }
        });
      }
    }
    if (twice || taken != kJobs) return state.SkipWithError("a job was given out twice, or not at all");
    claims += taken;
    seconds += static_cast<double>(waited) / 1e9;
  }
  state.counters["ms_per_claim"] = claims > 0 ? seconds / claims * 1000 / 8 : 0;
  state.counters["ms_waited"] = claims > 0 ? seconds / claims * 1000 : 0;
}
BENCHMARK(ClaimsOfEightWorkers)->Arg(0)->Arg(1)->Unit(benchmark::kMillisecond)->UseRealTime();

// One worker, nobody else: what a claim costs by itself.
void OneClaim(benchmark::State& state) {
  Place place(state.range(0) != 0);
  auto* jobs = place.jobs();
  if (jobs == nullptr) return state.SkipWithError("no store");
  for (auto _ : state) {
    state.PauseTiming();
    if (!jobs->jobs().insert(job_of(1))) return state.SkipWithError("insert");
    state.ResumeTiming();
    auto claimed = jobs->queue().claim({"worker", {"bench"}, 0});
    if (!claimed || !*claimed) return state.SkipWithError("claim");
    state.PauseTiming();
    static_cast<void>(jobs->queue()
                          .finish({(*claimed)->id, (*claimed)->lease_token}, {model::JobOutcome::Kind::Done, "{}"}, {})
                          .ok());
    state.ResumeTiming();
  }
}
BENCHMARK(OneClaim)->Arg(0)->Arg(1)->Unit(benchmark::kMillisecond)->UseRealTime();

// A page of 500 from the middle of 7,200 frames.
void PageOfOutputs(benchmark::State& state) {
  Place place(state.range(0) != 0);
  auto* jobs = place.jobs();
  if (jobs == nullptr) return state.SkipWithError("no store");
  auto queued = jobs->jobs().insert(job_of(1));
  auto claimed = jobs->queue().claim({"worker", {"bench"}, 0});
  if (!queued || !claimed || !*claimed) return state.SkipWithError("claim");
  std::vector<model::JobOutput> outputs;
  for (int i = 0; i < 7200; ++i) {
    auto name = std::to_string(1000000000000 + std::int64_t{i} * 1000000);
    outputs.push_back({"frame_" + name + ".jpg", "frames/a/1/" + name + ".jpg", 40000, "image/jpeg",
                       R"({"index":1,"time":1.0,"width":1920,"height":1080})"});
  }
  if (!jobs->queue().report({(*claimed)->id, (*claimed)->lease_token}, {0.5, "frames", "{}"}, outputs))
    return state.SkipWithError("report");
  for (auto _ : state) {
    auto page = jobs->log().outputs(queued->job.id, outputs[3600].name, 500);
    if (!page || page->size() != 500) return state.SkipWithError("page");
    benchmark::DoNotOptimize(page);
  }
}
BENCHMARK(PageOfOutputs)->Arg(0)->Arg(1)->Unit(benchmark::kMillisecond)->UseRealTime();

}  // namespace
