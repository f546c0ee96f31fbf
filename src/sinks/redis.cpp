#include "sinks/redis.h"

#include <algorithm>
#include <deque>
#include <random>
#include <string>
#include <thread>
#include <utility>

#include "base/log.h"
#include "base/redact.h"
#include "base/sync.h"
#include "sinks/redis_connection.h"

namespace vigil::sinks {
namespace {

bool is_published(const model::Event& event) {
  if (const auto* motion = std::get_if<model::MotionDetected>(&event.body))
    return motion->phase != model::MotionDetected::Phase::End;
  return std::holds_alternative<model::CameraConnected>(event.body) ||
         std::holds_alternative<model::CameraDisconnected>(event.body) ||
         std::holds_alternative<model::FrameIngested>(event.body) ||
         std::holds_alternative<model::PlateSeen>(event.body);
}

class RetryDelay {
 public:
  RetryDelay(std::chrono::milliseconds first, std::chrono::milliseconds last)
      : first_(first), last_(last), next_(first) {}
  void reset() { next_ = first_; }
  Nanos next() {
    std::uniform_real_distribution<double> jitter(0.8, 1.2);
    auto delay = std::chrono::duration_cast<Nanos>(next_ * jitter(random_));
    next_ = std::min(next_ * 2, last_);
    return delay;
  }

 private:
  const std::chrono::milliseconds first_, last_;
  std::chrono::milliseconds next_;
  std::minstd_rand random_{std::random_device{}()};
};

}  // namespace

const char* to_string(SinkState state) {
  switch (state) {
    case SinkState::Connecting:
      return "connecting";
    case SinkState::Connected:
      return "connected";
    case SinkState::Waiting:
      return "waiting";
    case SinkState::Stopped:
      return "stopped";
  }
  return "stopped";
}

struct RedisSink::State {
  State(RedisConfig c, std::unique_ptr<bus::Subscription> e, const Clock& k)
      : config(std::move(c)), events(std::move(e)), clock(k), retry(config.retry_first, config.retry_last) {
    MutexLock lock(mutex);
    figures.name = "redis";
    figures.target = config.target();
  }

  void run(std::stop_token stop);
  Result<void> serve(std::stop_token stop);
  Result<void> open();
  Result<void> send_batch();
  bool fill(std::size_t limit);
  void drain();
  void count_answer(const RedisConnection::Answer& answer);
  void went_down(const Error& why);
  void finish();

  const RedisConfig config;
  const std::unique_ptr<bus::Subscription> events;
  const Clock& clock;
  std::stop_source abort;  // hard end: interrupts whatever the connection is doing
  std::jthread thread;

  // Used by the thread only.
  HostLookup lookup;
  std::unique_ptr<RedisConnection> connection;
  std::deque<bus::EventPtr> batch;  // taken from the queue and not yet acknowledged, in order
  RetryDelay retry;
  bool said_down = false;
  bool was_connected = false;

  mutable Mutex mutex;
  CondVar ended_changed;
  Figures figures VIGIL_GUARDED_BY(mutex);
  std::size_t batch_size VIGIL_GUARDED_BY(mutex) = 0;
  bool ended VIGIL_GUARDED_BY(mutex) = false;
};

void RedisSink::State::run(std::stop_token stop) {
  ignore_sigpipe_here();
  while (!stop.stop_requested()) {
    auto result = serve(stop);
    if (result.ok()) break;
    connection.reset();
    if (stop.stop_requested()) break;
    went_down(result.error());
    clock.sleep(retry.next(), stop);
  }
  drain();
  finish();
}

// Until stop is requested (no error), or Redis cannot be used any more.
Result<void> RedisSink::State::serve(std::stop_token stop) {
  VIGIL_TRY(open());
  while (!stop.stop_requested()) {
    if (!fill(config.batch)) {
      if (auto event = events->pop(stop, config.idle_check)) {
        if (is_published(**event)) batch.push_back(*std::move(event));
        fill(config.batch);
      } else if (!stop.stop_requested()) {
        VIGIL_TRY(connection->ping());
        retry.reset();
        if (events->closed()) clock.sleep(config.idle_check, stop);  // pop() no longer waits then
      }
    }
    VIGIL_TRY(send_batch());
  }
  return {};
}

Result<void> RedisSink::State::open() {
  {
    MutexLock lock(mutex);
    figures.state = SinkState::Connecting;
  }
  VIGIL_ASSIGN(connection, RedisConnection::open(config, lookup, abort.get_token()));
  {
    MutexLock lock(mutex);
    figures.state = SinkState::Connected;
    figures.last_error.clear();
    if (was_connected) ++figures.reconnects;
  }
  was_connected = true;
  said_down = false;
  log::info("redis connected", {{"target", config.target()}});
  return {};
}

// Takes what is queued, up to `limit` in the batch. False when there is nothing to send.
bool RedisSink::State::fill(std::size_t limit) {
  while (batch.size() < limit) {
    auto event = events->try_pop();
    if (!event) break;
    if (is_published(**event)) batch.push_back(*std::move(event));
  }
  MutexLock lock(mutex);
  batch_size = batch.size();
  return !batch.empty();
}

Result<void> RedisSink::State::send_batch() {
  for (const auto& event : batch) connection->append_publish("camera:" + event->camera_id, model::to_json_text(*event));
  while (!batch.empty()) {
    VIGIL_ASSIGN(auto answer, connection->answer());
    count_answer(answer);
    batch.pop_front();
    retry.reset();
  }
  return {};
}

void RedisSink::State::count_answer(const RedisConnection::Answer& answer) {
  auto now = clock.wall();
  bool first_refusal = false;
  {
    MutexLock lock(mutex);
    --batch_size;
    if (answer.accepted) {
      ++figures.published;
      figures.last_published = now;
      figures.latency.observe(to_unix_seconds(now) - to_unix_seconds(batch.front()->time));
    } else {
      first_refusal = figures.last_error.empty();
      ++figures.refused;
      figures.last_error = "an event was refused: " + answer.refusal;
    }
  }
  if (first_refusal)
    log::warn("redis refuses an event", {{"camera", batch.front()->camera_id}, {"reason", answer.refusal}});
}

void RedisSink::State::went_down(const Error& why) {
  {
    MutexLock lock(mutex);
    figures.state = SinkState::Waiting;
    figures.last_error = redact(why.message);
  }
  if (!std::exchange(said_down, true)) {
    log::warn("redis is away; events are kept and sent later", {{"target", config.target()}, {"reason", why.message}});
  }
}

// The last act: whoever called stop() requests `abort` when it takes too long.
void RedisSink::State::drain() {
  if (!fill(config.batch)) return;
  if (!connection) {
    if (auto opened = open(); !opened.ok()) return;
  }
  while (fill(config.batch)) {
    if (auto sent = send_batch(); !sent.ok()) {
      MutexLock lock(mutex);
      figures.last_error = redact(sent.error().message);
      return;
    }
  }
}

void RedisSink::State::finish() {
  std::uint64_t lost = batch.size();
  batch.clear();
  while (auto event = events->try_pop()) lost += is_published(**event) ? 1 : 0;
  connection.reset();
  std::uint64_t published = 0;
  {
    MutexLock lock(mutex);
    figures.dropped += lost;
    figures.state = SinkState::Stopped;
    batch_size = 0;
    ended = true;
    published = figures.published;
  }
  ended_changed.notify_all();
  if (lost > 0) {
    log::warn("redis stopped with unsent events", {{"published", published}, {"lost", lost}});
  } else {
    log::info("redis stopped", {{"published", published}});
  }
}

RedisSink::RedisSink(RedisConfig config, std::unique_ptr<bus::Subscription> events, const Clock& clock)
    : state_(std::make_unique<State>(std::move(config), std::move(events), clock)) {}

RedisSink::~RedisSink() {
  stop();
}

void RedisSink::start() {
  VIGIL_ASSERT(!state_->thread.joinable());
  state_->thread = std::jthread([state = state_.get()](std::stop_token stop) { state->run(std::move(stop)); });
}

void RedisSink::stop(std::optional<std::chrono::milliseconds> limit) {
  if (!state_->thread.joinable()) return;
  state_->thread.request_stop();
  {
    MutexLock lock(state_->mutex);
    auto& state = *state_;
    auto patience = std::min(limit.value_or(state.config.flush_limit), state.config.flush_limit);
    state.ended_changed.wait_for(lock, patience, [&state]() VIGIL_NO_THREAD_SAFETY_ANALYSIS { return state.ended; });
  }
  state_->abort.request_stop();
  state_->thread.join();
}

Figures RedisSink::figures() const {
  MutexLock lock(state_->mutex);
  Figures out = state_->figures;
  out.waiting = state_->events->waiting() + state_->batch_size;
  out.dropped += state_->events->dropped();
  return out;
}

}  // namespace vigil::sinks
