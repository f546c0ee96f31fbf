#include "sinks/redis_jobs.h"

#include <algorithm>
#include <deque>
#include <string>
#include <thread>
#include <utility>

#include "base/assert.h"
#include "base/json.h"
#include "base/log.h"
#include "sinks/redis_connection.h"

namespace vigil::sinks {
namespace {

using std::chrono::milliseconds;

constexpr const char* kStream = "vigil:jobs:wake";
constexpr const char* kChannel = "jobs";
constexpr std::size_t kAtOnce = 200;
constexpr Nanos kLastWords = milliseconds(500);

bool is_alert(const model::JobEvent& event) {
  return event.type == "job.failed" || event.type == "job.stuck";
}

std::string text_of(const model::JobEvent& event) {
  return to_text(Json{{"type", event.type},
                      {"job_id", event.job_id},
                      {"kind", event.kind},
                      {"owner", event.owner},
                      {"asset_id", event.asset.empty() ? Json(nullptr) : Json(event.asset)},
                      {"timestamp", to_unix_seconds(event.time)},
                      {"attempt", event.attempt},
                      {"code", event.code},
                      {"detail", event.detail}});
}

}  // namespace

struct RedisJobs::State {
  State(RedisConfig c, std::unique_ptr<bus::JobSubscription> e, std::function<void()> w, const Clock& k)
      : config(std::move(c)), events(std::move(e)), wake(std::move(w)), clock(k) {}

  // Calls `serve` with a connection until it is stopped; while Redis is away again and again, ever later.
  template <typename Serve>
  void keep(const std::stop_token& stop, const char* what, Serve serve);
  void take(const model::JobEvent& event);
  Result<void> tell(RedisConnection& connection, const std::stop_token& stop);
  Result<void> flush(RedisConnection& connection);
  Result<void> listen(RedisConnection& connection, const std::stop_token& stop);

  const RedisConfig config;
  const std::unique_ptr<bus::JobSubscription> events;
  const std::function<void()> wake;
  const Clock& clock;
  std::stop_source abort;

  // Of the thread that tells: what Redis has not acknowledged.
  std::deque<std::string> alerts;
  bool due = false, said_refused = false;
  // Of the thread that listens: the newest entry that it saw.
  std::string seen = "0";

  std::jthread teller, listener;
};

template <typename Serve>
void RedisJobs::State::keep(const std::stop_token& stop, const char* what, Serve serve) {
  ignore_sigpipe_here();
  HostLookup lookup;
  milliseconds retry{0};
  bool said = false;
  while (!stop.stop_requested()) {
    auto done = [&]() -> Result<void> {
      VIGIL_ASSIGN(auto connection, RedisConnection::open(config, lookup, abort.get_token()));
      if (std::exchange(said, false)) log::info("redis is back", {{"for", what}, {"target", config.target()}});
      retry = milliseconds(0);
      return serve(*connection);
    }();
    if (done.ok() || stop.stop_requested()) return;
    if (!std::exchange(said, true))
      log::warn("redis is away; workers look for jobs themselves",
                {{"for", what}, {"target", config.target()}, {"reason", done.error().message}});
    retry = std::clamp(retry * 2, config.retry_first, config.retry_last);
    clock.sleep(retry, stop);
  }
}

void RedisJobs::State::take(const model::JobEvent& event) {
  due = due || event.state == model::JobState::Queued;
  if (!is_alert(event)) return;
  alerts.push_back(text_of(event));
}

Result<void> RedisJobs::State::tell(RedisConnection& connection, const std::stop_token& stop) {
  while (!stop.stop_requested()) {
    VIGIL_TRY(flush(connection));
    if (auto event = events->pop(stop, config.idle_check)) {
      take(**event);
    } else if (!stop.stop_requested()) {
      VIGIL_TRY(connection.ping());
      if (events->closed()) clock.sleep(config.idle_check, stop);  // pop() no longer waits then
    }
  }
  return flush(connection);
}

Result<void> RedisJobs::State::flush(RedisConnection& connection) {
  while (true) {
    while (alerts.size() < kAtOnce) {
      auto event = events->try_pop();
      if (!event) break;
      take(**event);
    }
    if (!due && alerts.empty()) return {};
    // Once for however many: whoever wakes takes all that he can.
    const bool waking = due;
    if (waking) connection.append({"XADD", kStream, "MAXLEN", "~", "1", "*", "w", "1"});
    const auto count = alerts.size();
    for (const auto& alert : alerts) connection.append_publish(kChannel, alert);
    if (waking) {
      VIGIL_TRY(connection.answer());
      due = false;
    }
    for (std::size_t i = 0; i < count; ++i) {
      VIGIL_ASSIGN(const auto said, connection.answer());
      if (!said.accepted && !std::exchange(said_refused, true))
        log::warn("redis refuses an event of a job", {{"reason", said.refusal}});
      alerts.pop_front();
    }
  }
}

Result<void> RedisJobs::State::listen(RedisConnection& connection, const std::stop_token& stop) {
  // What came while nobody listened.
  wake();
  const auto block = std::to_string(std::max<std::int64_t>(config.io_timeout.count() / 2, 1));
  while (!stop.stop_requested()) {
    connection.append({"XREAD", "COUNT", "100", "BLOCK", block, "STREAMS", kStream, seen});
    VIGIL_ASSIGN(const auto reply, connection.reply());
    if (!reply.refusal.empty())
      return make_error(ErrorKind::Unavailable, "Redis does not let us listen: " + reply.refusal);
    // [[stream, [[id, [field, value, …]], …]]], or nothing.
    if (reply.items.empty() || reply.items[0].items.size() != 2) continue;
    const auto& entries = reply.items[0].items[1].items;
    if (entries.empty() || entries.back().items.empty()) continue;
    seen = entries.back().items[0].text;
    wake();
  }
  return {};
}

RedisJobs::RedisJobs(RedisConfig config, std::unique_ptr<bus::JobSubscription> events, std::function<void()> wake,
                     const Clock& clock)
    : state_(std::make_unique<State>(std::move(config), std::move(events), std::move(wake), clock)) {}

RedisJobs::~RedisJobs() {
  stop();
}

void RedisJobs::start() {
  auto* state = state_.get();
  VIGIL_ASSERT(!state->teller.joinable() && !state->listener.joinable());
  if (state->events) {
    state->teller = std::jthread([state](std::stop_token stop) {
      state->keep(stop, "telling", [&](RedisConnection& connection) { return state->tell(connection, stop); });
    });
  }
  if (state->wake) {
    state->listener = std::jthread([state](std::stop_token stop) {
      state->keep(stop, "listening", [&](RedisConnection& connection) { return state->listen(connection, stop); });
    });
  }
}

void RedisJobs::stop() {
  auto* state = state_.get();
  state->teller.request_stop();
  state->listener.request_stop();
  // Whatever the connections are doing must not last longer.
  std::jthread limit([&](std::stop_token done) {
    if (state->clock.sleep(kLastWords, done)) state->abort.request_stop();
  });
  if (state->teller.joinable()) state->teller.join();
  state->abort.request_stop();
  if (state->listener.joinable()) state->listener.join();
}

}  // namespace vigil::sinks
