#include <stop_token>
#include <thread>
#include <utility>

#include "base/sync.h"
#include "ingest/session_runners.h"

namespace vigil::ingest {
namespace {

class ThreadRunner final : public Session::Runner {
 public:
  ThreadRunner(Upkeep& upkeep, Session::SourceFactory make, ConnectLimiter& limiter, Clock& clock)
      : upkeep_(upkeep), make_(std::move(make)), limiter_(limiter), clock_(clock) {}

  void start() override {
    thread_ = std::jthread([this](std::stop_token stop) { run(stop); });
  }
  void request_stop() override {
    if (thread_.joinable()) thread_.request_stop();
  }
  void stop() override {
    request_stop();
    if (thread_.joinable()) thread_.join();
  }
  void retry_now() override VIGIL_EXCLUDES(retry_mutex_) {
    MutexLock lock(retry_mutex_);
    retry_.request_stop();
  }

 private:
  void run(std::stop_token stop) {
    while (limiter_.acquire(stop)) {
      upkeep_.connecting();
      auto why = connect_once(stop);
      if (stop.stop_requested()) break;
      if (!wait_before_retry(upkeep_.ended(std::move(why)), stop)) break;
    }
    upkeep_.stopped();
  }

  // One connection from beginning to end: why it ended.
  Failure connect_once(std::stop_token stop) {
    auto source = make_();
    std::stop_callback interrupt(stop, [&] { source->interrupt(); });
    auto opened = source->open();
    if (!opened.ok()) return opened.failure();
    upkeep_.opened(opened.value());
    for (;;) {
      auto packet = source->read();
      if (!packet.ok()) return packet.failure();
      if (auto bad = upkeep_.packet(std::move(packet.value()))) return *bad;
    }
  }

  bool wait_before_retry(std::chrono::milliseconds delay, std::stop_token stop) VIGIL_EXCLUDES(retry_mutex_) {
    std::stop_token early;
    {
      MutexLock lock(retry_mutex_);
      retry_ = std::stop_source();
      early = retry_.get_token();
    }
    std::stop_callback forward(stop, [this] { retry_now(); });
    clock_.sleep(delay, early);
    return !stop.stop_requested();
  }

  Upkeep& upkeep_;
  const Session::SourceFactory make_;
  ConnectLimiter& limiter_;
  Clock& clock_;
  Mutex retry_mutex_;
  std::stop_source retry_ VIGIL_GUARDED_BY(retry_mutex_);  // of the waiting time that is running
  std::jthread thread_;
};

}  // namespace

std::unique_ptr<Session::Runner> run_on_thread(Upkeep& upkeep, Session::SourceFactory make, ConnectLimiter& limiter,
                                               Clock& clock) {
  return std::make_unique<ThreadRunner>(upkeep, std::move(make), limiter, clock);
}

}  // namespace vigil::ingest
