#include <atomic>
#include <future>
#include <memory>
#include <utility>

#include "ingest/loop.h"
#include "ingest/session_runners.h"

namespace vigil::ingest {
namespace {

SteadyTime now() {
  return system_clock().steady();
}

// A session that never waits: everything happens in its turns on the loop.
class LoopRunner final : public Session::Runner, private Receiver, private Loop::Member {
 public:
  LoopRunner(Upkeep& upkeep, Loop& loop, Session::LoopSourceFactory make, ConnectLimiter& limiter)
      : upkeep_(upkeep), loop_(loop), make_(std::move(make)), limiter_(limiter) {}

  void start() override {
    started_ = true;
    loop_.post([this] {
      state_ = State::Idle;
      begin();
    });
  }
  void request_stop() override {
    if (started_) loop_.post([this] { finish(); });
  }
  void stop() override {
    if (!started_.exchange(false)) return;
    // Shared: we are awake and gone before set_value() returns.
    auto done = std::make_shared<std::promise<void>>();
    auto finished = done->get_future();
    loop_.post([this, done] {
      finish();
      done->set_value();
    });
    finished.wait();
  }
  void retry_now() override {
    if (started_) loop_.post([this] { retry(); });
  }

 private:
  enum class State { Idle, Queueing, Connected, Waiting, Finished };

  // The next try, when its turn among all sessions has come.
  void begin() {
    state_ = State::Queueing;
    loop_.wake_at(*this, now() + limiter_.take_turn());
  }

  void due() override {
    if (state_ == State::Waiting) return begin();
    if (state_ != State::Queueing) return;
    state_ = State::Connected;
    upkeep_.connecting();
    source_ = make_(loop_, *this);
    source_->start();
  }
  void ready(int) override {}

  void retry() {
    if (state_ == State::Waiting) begin();
  }

  void opened(const SourceInfo& info) override { upkeep_.opened(info); }
  bool packet(media::Packet packet) override {
    auto bad = upkeep_.packet(std::move(packet));
    if (bad) ended(*bad);
    return !bad;
  }
  void ended(const Failure& why) override {
    const auto delay = upkeep_.ended(why);
    source_.reset();  // `why` may be gone with it
    state_ = State::Waiting;
    loop_.wake_at(*this, now() + delay);
  }

  void finish() {
    if (std::exchange(state_, State::Finished) == State::Finished) return;
    source_.reset();
    loop_.leave(*this);
    upkeep_.stopped();
  }

  Upkeep& upkeep_;
  Loop& loop_;
  const Session::LoopSourceFactory make_;
  ConnectLimiter& limiter_;
  std::atomic<bool> started_{false};
  State state_ = State::Idle;
  std::unique_ptr<LoopSource> source_;
};

}  // namespace

std::unique_ptr<Session::Runner> run_on_loop(Upkeep& upkeep, Loop& loop, Session::LoopSourceFactory make,
                                             ConnectLimiter& limiter) {
  return std::make_unique<LoopRunner>(upkeep, loop, std::move(make), limiter);
}

}  // namespace vigil::ingest
