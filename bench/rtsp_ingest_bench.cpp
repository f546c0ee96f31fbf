#include <benchmark/benchmark.h>
#include <malloc.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <charconv>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

#include "base/sync.h"
#include "ingest/egress.h"
#include "ingest/loop.h"
#include "ingest/rtsp.h"
#include "ingest/source.h"

// What reading cameras costs, and when their pictures are there, by both engines: VIGIL_RTSP_URL names the cameras,
// with {} for their numbers, such as those of `vigil sim --cameras 64 --stamp` at rtsp://127.0.0.1:8554/cam{}. CPU
// time is that of this process, so that a busy machine does not change it.

namespace {

using namespace vigil;
using std::chrono::seconds;

constexpr seconds kSettle{3};     // the burst at the beginning is not the rule
constexpr seconds kAllThere{60};  // by then every camera has sent a picture
constexpr seconds kMeasured{10};

// Pictures and how late they were, by the simulator's stamps in them.
class Tally {
 public:
  void picture(const media::Packet& packet, bool& seen) VIGIL_EXCLUDES(mutex_) {
    if (packet.track != 0) return;
    if (!std::exchange(seen, true)) ++there_;
    const auto sent = stamp_of(packet);
    const auto now = system_clock().wall();
    MutexLock lock(mutex_);
    if (!counting_) return;
    ++pictures_;
    bytes_ += packet.data.size();
    if (sent) late_ms_.push_back(std::chrono::duration<double, std::milli>(now - *sent).count());
  }
  // Waits until so many cameras have sent something; false: they do not come.
  bool await(int cameras) const {
    for (auto end = system_clock().steady() + kAllThere; there_ < cameras;) {
      if (system_clock().steady() >= end) return false;
      std::this_thread::sleep_for(std::chrono::milliseconds(50));
    }
    return true;
  }
  void count(bool on) VIGIL_EXCLUDES(mutex_) {
    MutexLock lock(mutex_);
    counting_ = on;
  }
  void report(benchmark::State& state, double cameras) VIGIL_EXCLUDES(mutex_) {
    MutexLock lock(mutex_);
    const double passed = kMeasured.count();
    state.counters["fps"] = static_cast<double>(pictures_) / passed / cameras;
    state.counters["Mbit/s"] = static_cast<double>(bytes_) * 8e-6 / passed / cameras;
    if (late_ms_.empty()) return;
    std::sort(late_ms_.begin(), late_ms_.end());
    state.counters["late_p50_ms"] = late_ms_[late_ms_.size() / 2];
    state.counters["late_p99_ms"] = late_ms_[late_ms_.size() * 99 / 100];
  }

 private:
  static std::optional<WallTime> stamp_of(const media::Packet& packet) {
    constexpr std::string_view kMark = "vigil-sim-stamp1";
    const std::string_view bytes(reinterpret_cast<const char*>(packet.data.data()),
                                 std::min<std::size_t>(packet.data.size(), 256));
    const auto at = bytes.find(kMark);
    if (at == std::string_view::npos || at + kMark.size() + 17 > bytes.size()) return std::nullopt;
    const auto digits = bytes.substr(at + kMark.size() + 1, 16);
    std::uint64_t micros = 0;
    if (std::from_chars(digits.data(), digits.data() + digits.size(), micros, 16).ec != std::errc()) return {};
    return WallTime(std::chrono::microseconds(micros));
  }

  std::atomic<int> there_{0};
  Mutex mutex_;
  bool counting_ VIGIL_GUARDED_BY(mutex_) = false;
  std::size_t pictures_ VIGIL_GUARDED_BY(mutex_) = 0, bytes_ VIGIL_GUARDED_BY(mutex_) = 0;
  std::vector<double> late_ms_ VIGIL_GUARDED_BY(mutex_);
};

ingest::SourceConfig config_of(std::string url, int number) {
  ingest::SourceConfig config;
  if (auto braces = url.find("{}"); braces != std::string::npos) url.replace(braces, 2, std::to_string(number));
  config.stream.url = parse_url(url).value();
  config.transport = std::getenv("VIGIL_RTSP_UDP") != nullptr ? model::Transport::Udp : model::Transport::Tcp;
  config.rtsp_engine = model::RtspEngine::Native;
  return config;
}

// A camera on the loop that all share.
class OnLoop final : public ingest::Receiver {
 public:
  OnLoop(const ingest::SourceConfig& config, ingest::Loop& loop, Tally& tally) : tally_(tally) {
    source_ = ingest::make_loop_source(config, std::make_shared<const ingest::EgressPolicy>(), loop, *this);
    source_->start();
  }

 private:
  void opened(const ingest::SourceInfo&) override {}
  bool packet(media::Packet packet) override {
    tally_.picture(packet, seen_);
    return true;
  }
  void ended(const ingest::Failure& why) override { std::fprintf(stderr, "a camera ended: %s\n", why.detail.c_str()); }

  Tally& tally_;
  bool seen_ = false;
  std::unique_ptr<ingest::LoopSource> source_;
};

// A camera on a thread of its own.
class OnThread {
 public:
  OnThread(const ingest::SourceConfig& config, Tally& tally)
      : source_(config, std::make_shared<const ingest::EgressPolicy>()), thread_([this, &tally] {
          if (!source_.open().ok()) return;
          bool seen = false;
          for (auto packet = source_.read(); packet.ok(); packet = source_.read()) tally.picture(packet.value(), seen);
        }) {}
  ~OnThread() { source_.interrupt(); }

 private:
  ingest::RtspSource source_;
  std::jthread thread_;
};

double cpu_seconds() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  auto seconds_of = [](const timeval& t) {
    return static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_usec) / 1e6;
  };
  return seconds_of(usage.ru_utime) + seconds_of(usage.ru_stime);
}

double resident_kib() {
  std::ifstream file("/proc/self/statm");
  std::size_t all = 0, resident = 0;
  file >> all >> resident;
  return static_cast<double>(resident) * static_cast<double>(sysconf(_SC_PAGESIZE)) / 1024;
}

double threads() {
  return static_cast<double>(std::distance(std::filesystem::directory_iterator("/proc/self/task"), {}));
}

void read_cameras(benchmark::State& state, bool native) {
  const char* url = std::getenv("VIGIL_RTSP_URL");
  if (url == nullptr) return state.SkipWithError("VIGIL_RTSP_URL names the cameras");
  const auto cameras = static_cast<int>(state.range(0));
  for ([[maybe_unused]] auto _ : state) {
    Tally tally;
    malloc_trim(0);
    const auto heap = mallinfo2().uordblks;
    const auto resident = resident_kib();
    {
      std::optional<ingest::LoopThread> thread;
      std::vector<std::unique_ptr<OnLoop>> on_loop;
      std::vector<std::unique_ptr<OnThread>> on_threads;
      if (native) {
        thread.emplace();
        thread->loop().post([&] {
          for (int i = 1; i <= cameras; ++i)
            on_loop.push_back(std::make_unique<OnLoop>(config_of(url, i), thread->loop(), tally));
        });
      } else {
        for (int i = 1; i <= cameras; ++i) on_threads.push_back(std::make_unique<OnThread>(config_of(url, i), tally));
      }
      if (!tally.await(cameras)) state.SkipWithError("not all cameras are there");
      std::this_thread::sleep_for(kSettle);
      tally.count(true);
      const auto cpu = cpu_seconds();
      std::this_thread::sleep_for(kMeasured);
      const auto spent = cpu_seconds() - cpu;
      tally.count(false);
      state.counters["cpu_percent"] = 100 * spent / kMeasured.count() / cameras;
      state.counters["heap_KiB"] = static_cast<double>(mallinfo2().uordblks - heap) / 1024 / cameras;
      state.counters["rss_KiB"] = (resident_kib() - resident) / cameras;
      state.counters["threads"] = threads();
      if (thread) {
        bool gone = false;
        Mutex mutex;
        CondVar ended;
        thread->loop().post([&] {
          on_loop.clear();
          MutexLock lock(mutex);
          gone = true;
          ended.notify_all();
        });
        MutexLock lock(mutex);
        ended.wait(lock, [&] { return gone; });
      }
    }
    tally.report(state, cameras);
  }
}
void counts(benchmark::internal::Benchmark* bench) {
  bench->Arg(1)->Arg(16)->Arg(64)->Iterations(1)->Unit(benchmark::kSecond);
}
BENCHMARK_CAPTURE(read_cameras, native, true)->Apply(counts);
BENCHMARK_CAPTURE(read_cameras, libav, false)->Apply(counts);

}  // namespace
