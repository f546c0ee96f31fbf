#include "jobs/workers.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <exception>
#include <list>
#include <optional>
#include <thread>

#include "base/log.h"
#include "base/sync.h"

namespace vigil::jobs {
namespace {

using model::JobOutcome;
using Kind = model::JobOutcome::Kind;

std::string own_name() {
  std::array<char, 128> host{};
  if (::gethostname(host.data(), host.size() - 1) != 0) host[0] = '?';
  return fmt::format("{}:{}", host.data(), ::getpid());
}

// Why an attempt was told to stop; the first reason counts.
enum class Why { None, Ordered, Leaving, Lost, TooLong };

// One job at work. The handler's thread and the one that keeps the lease share it.
class Attempt final : public Run {
 public:
  Attempt(model::Job job, store::JobQueue& queue, SteadyTime now)
      : job_(std::move(job)), queue_(queue), deadline_(now + job_.limits.start_to_close), beat_(now) {}

  const model::Job& job() const override { return job_; }
  std::stop_token stop() const override { return stop_.get_token(); }
  std::string attempt_folder() const override { return model::attempt_folder(job_); }

  void progress(double done, const std::string& step) override {
    MutexLock lock(mutex_);
    report_.progress = done;
    report_.step = step;
  }

  Result<void> checkpoint(const std::string& cursor, const std::vector<model::JobOutput>& outputs) override {
    auto report = take_report();
    report.cursor = cursor;
    VIGIL_TRY(send(report, outputs));
    made(outputs);
    return {};
  }
  void made(const std::vector<model::JobOutput>& outputs) {
    for (const auto& output : outputs) bytes_ += output.size;
  }
  std::uint64_t bytes() const { return bytes_; }

  store::JobLease lease() const { return {job_.id, job_.lease_token}; }
  SteadyTime deadline() const { return deadline_; }

  // What was noted since the last time.
  model::JobReport take_report() {
    MutexLock lock(mutex_);
    return std::exchange(report_, {});
  }

  bool has_news() {
    MutexLock lock(mutex_);
    return report_.progress.has_value();
  }

  Result<void> send(const model::JobReport& report, const std::vector<model::JobOutput>& outputs) {
    auto orders = queue_.report(lease(), report, outputs);
    if (orders) {
      if (orders->cancel || orders->pause) end(Why::Ordered);
      return {};
    }
    if (orders.error().kind == ErrorKind::Conflict) end(Why::Lost);
    return std::move(orders).error();
  }

  void end(Why why) {
    auto none = Why::None;
    why_.compare_exchange_strong(none, why);
    stop_.request_stop();
  }
  Why why() const { return why_; }

  // Of the thread that keeps leases only.
  SteadyTime& beat() { return beat_; }

 private:
  const model::Job job_;
  store::JobQueue& queue_;
  const SteadyTime deadline_;
  SteadyTime beat_;
  std::stop_source stop_;
  std::atomic<Why> why_{Why::None};
  std::atomic<std::uint64_t> bytes_{0};
  Mutex mutex_;
  model::JobReport report_ VIGIL_GUARDED_BY(mutex_);
};

JobOutcome outcome_of(const Attempt& attempt, const Result<Finished>& result) {
  switch (attempt.why()) {
    case Why::Ordered:
      // It may have come to its end before it heard.
      if (!result || result->snooze) return {Kind::Stopped};
      break;
    case Why::Leaving:
      if (!result || result->snooze) return {Kind::Released};
      break;
    case Why::TooLong:
      return {Kind::Failed, "", model::JobFault::Timeout, "timeout", "The attempt took too long.", {}};
    case Why::Lost:
    case Why::None:
      break;
  }
  if (!result) {
    const auto& error = result.error();
    return {Kind::Failed,  "", model::fault_of(error), error.code.empty() ? kind_name(error.kind) : error.code,
            error.message, {}};
  }
  if (result->snooze) return {Kind::Snoozed, "", {}, "", "", result->snooze};
  return {Kind::Done, result->result, {}, "", "", {}, result->plates};
}

}  // namespace

struct Workers::State {
  State(WorkersConfig c, store::JobQueue& q, std::vector<Handler*> h, Wakeup& w, Clock& k)
      : config(std::move(c)), queue(q), handlers(std::move(h)), wakeup(w), clock(k) {
    if (config.name.empty()) config.name = own_name();
    for (const auto* handler : handlers) kinds.push_back(handler->kind());
  }

  void work(std::stop_token stop);
  bool take_one();
  void carry_out(const std::shared_ptr<Attempt>& attempt);
  Result<Finished> handle(Attempt& attempt);
  void settle(Attempt& attempt, const Result<Finished>& result);
  void count(const model::Job& job);
  void note_begin(const model::Job& job) VIGIL_EXCLUDES(mutex);
  void note_end(const Attempt& attempt, const JobOutcome& outcome, Nanos ran) VIGIL_EXCLUDES(mutex);
  void keep_leases(std::stop_token stop);
  std::vector<std::shared_ptr<Attempt>> present() VIGIL_EXCLUDES(mutex) {
    MutexLock lock(mutex);
    return {attempts.begin(), attempts.end()};
  }

  WorkersConfig config;
  store::JobQueue& queue;
  std::vector<Handler*> handlers;
  std::vector<std::string> kinds;
  Wakeup& wakeup;
  Clock& clock;

  Mutex mutex;
  CondVar idle;
  std::list<std::shared_ptr<Attempt>> attempts VIGIL_GUARDED_BY(mutex);
  std::map<std::string, KindFigures> by_kind VIGIL_GUARDED_BY(mutex);
  std::atomic<bool> away{false};  // the store cannot be reached; said once
  std::atomic<std::uint64_t> done{0}, failed{0}, retried{0}, cancelled{0}, lost{0}, released{0};
  std::vector<std::jthread> threads;
  std::jthread keeper;
};

Workers::Workers(WorkersConfig config, store::JobQueue& queue, std::vector<Handler*> handlers, Wakeup& wakeup,
                 Clock& clock)
    : state_(std::make_unique<State>(std::move(config), queue, std::move(handlers), wakeup, clock)) {}

Workers::~Workers() {
  stop();
}

void Workers::start() {
  auto* state = state_.get();
  // While the store is away, leases are waited for.
  auto taken = state->queue.take_over(state->config.seat);
  if (!taken) log::warn("jobs of before cannot be taken over", {{"reason", taken.error().message}});
  if (taken && *taken > 0) log::info("jobs of the process before this one are taken over", {{"jobs", *taken}});
  for (int i = 0; i < state->config.threads; ++i) {
    state->threads.emplace_back([state](std::stop_token stop) { state->work(std::move(stop)); });
  }
  state->keeper = std::jthread([state](std::stop_token stop) { state->keep_leases(std::move(stop)); });
}

void Workers::stop() {
  auto* state = state_.get();
  for (auto& thread : state->threads) thread.request_stop();
  state->wakeup.notify();
  {
    MutexLock lock(state->mutex);
    state->idle.wait_for(lock, state->config.grace,
                         [state]() VIGIL_REQUIRES(state->mutex) { return state->attempts.empty(); });
  }
  for (const auto& attempt : state->present()) attempt->end(Why::Leaving);
  // The leases are kept until the last one is settled.
  state->threads.clear();
  state->keeper = {};
}

WorkersFigures Workers::figures() const {
  WorkersFigures out;
  out.threads = state_->config.threads;
  out.busy = static_cast<int>(state_->present().size());
  out.done = state_->done;
  out.failed = state_->failed;
  out.retried = state_->retried;
  out.cancelled = state_->cancelled;
  out.lost = state_->lost;
  out.released = state_->released;
  MutexLock lock(state_->mutex);
  out.kinds = state_->by_kind;
  return out;
}

void Workers::State::work(std::stop_token stop) {
  std::uint64_t seen = 0;
  while (!stop.stop_requested()) {
    // Whoever was woken looks again before he waits: what came in between is not missed.
    if (take_one()) continue;
    seen = wakeup.wait(seen, config.poll, stop);
  }
}

bool Workers::State::take_one() {
  auto claimed = queue.claim({config.name, kinds, config.max_per_owner, config.seat});
  if (!claimed) {
    if (!away.exchange(true)) log::warn("no jobs can be taken", {{"reason", claimed.error().message}});
    return false;
  }
  if (away.exchange(false)) log::info("jobs can be taken again");
  if (!*claimed) return false;
  auto attempt = std::make_shared<Attempt>(std::move(**claimed), queue, clock.steady());
  {
    MutexLock lock(mutex);
    attempts.push_back(attempt);
  }
  carry_out(attempt);
  {
    MutexLock lock(mutex);
    attempts.remove(attempt);
  }
  idle.notify_all();
  return true;
}

void Workers::State::carry_out(const std::shared_ptr<Attempt>& attempt) {
  const auto& job = attempt->job();
  log::info("job begins", {{"job", job.id}, {"kind", job.kind}, {"attempt", job.attempt}});
  note_begin(job);
  const auto began = clock.steady();
  auto result = handle(*attempt);
  if (result) attempt->made(result->outputs);
  note_end(*attempt, outcome_of(*attempt, result), clock.steady() - began);
  settle(*attempt, result);
}

Result<Finished> Workers::State::handle(Attempt& attempt) {
  auto handler = std::find_if(handlers.begin(), handlers.end(),
                              [&](const auto* one) { return one->kind() == attempt.job().kind; });
  if (handler == handlers.end())
    return make_error(ErrorKind::Internal, "nobody here knows this kind of job", "job.kind");
  try {
    return (*handler)->run(attempt);
  } catch (const std::exception& fault) {  // third-party code, or no memory: it must never count as success
    log::error("a job's handler threw", {{"job", attempt.job().id}, {"what", fault.what()}});
    return make_error(ErrorKind::Internal, "a fault of ours ended the attempt", "job.exception");
  }
}

void Workers::State::settle(Attempt& attempt, const Result<Finished>& result) {
  if (attempt.why() == Why::Lost) {
    ++lost;
    log::warn("job was lost to another worker", {{"job", attempt.job().id}});
    return;
  }
  const auto outcome = outcome_of(attempt, result);
  static const std::vector<model::JobOutput> kNone;
  const auto& outputs = outcome.kind == Kind::Done ? result->outputs : kNone;
  // While the store is away the lease runs on: what was done is told as soon as it is back, if nobody else has it then.
  const auto give_up = clock.steady() + attempt.job().limits.lease;
  while (true) {
    static_cast<void>(attempt.send(attempt.take_report(), {}).ok());
    auto finished = queue.finish(attempt.lease(), outcome, outputs);
    if (finished) return count(*finished);
    if (finished.error().kind == ErrorKind::Conflict || clock.steady() >= give_up) {
      ++lost;
      log::warn("a job's end could not be told", {{"job", attempt.job().id}, {"reason", finished.error().message}});
      return;
    }
    clock.sleep(std::chrono::seconds(1), {});
  }
}

void Workers::State::note_begin(const model::Job& job) {
  const std::chrono::duration<double> waited = job.started_at.value_or(job.run_at) - job.run_at;
  MutexLock lock(mutex);
  by_kind[job.kind].waited.add(waited.count());
}

void Workers::State::note_end(const Attempt& attempt, const JobOutcome& outcome, Nanos ran) {
  MutexLock lock(mutex);
  auto& kind = by_kind[attempt.job().kind];
  kind.ran.add(std::chrono::duration<double>(ran).count());
  kind.bytes += attempt.bytes();
  if (outcome.kind != Kind::Failed || attempt.why() == Why::Lost) return;
  const bool known = kind.faults.contains(outcome.code) || kind.faults.size() < kMostFaultCodes;
  ++kind.faults[known ? outcome.code : "other"];
}

void JobSeconds::add(double seconds) {
  const auto at = std::lower_bound(kBounds.begin(), kBounds.end(), seconds) - kBounds.begin();
  ++counts[static_cast<std::size_t>(at)];
  sum += std::max(seconds, 0.0);
}

void Workers::State::count(const model::Job& job) {
  switch (job.state) {
    case model::JobState::Done:
      ++done;
      break;
    case model::JobState::Failed:
      ++failed;
      break;
    case model::JobState::Cancelled:
      ++cancelled;
      break;
    default:
      ++(job.attempt == 0 || job.errors.empty() || job.errors.back().attempt != job.attempt ? released : retried);
  }
  log::info("job ends", {{"job", job.id},
                         {"kind", job.kind},
                         {"state", model::to_string(job.state)},
                         {"reason", job.reason.empty() && !job.errors.empty() ? job.errors.back().code : job.reason}});
}

void Workers::State::keep_leases(std::stop_token stop) {
  // Often enough to see a deadline pass; each job is told of once in a heartbeat.
  const Nanos round = std::min<Nanos>({config.heartbeat, config.tell, std::chrono::seconds(1)});
  while (clock.sleep(round, stop)) {
    const auto now = clock.steady();
    for (const auto& attempt : present()) {
      if (now >= attempt->deadline()) attempt->end(Why::TooLong);
      const Nanos wait = attempt->has_news() ? std::min(config.tell, config.heartbeat) : config.heartbeat;
      if (now < attempt->beat() + wait) continue;
      attempt->beat() = now;
      auto told = attempt->send(attempt->take_report(), {});
      if (!told)
        log::warn("a job's heartbeat did not arrive", {{"job", attempt->job().id}, {"reason", told.error().message}});
    }
  }
}

}  // namespace vigil::jobs
