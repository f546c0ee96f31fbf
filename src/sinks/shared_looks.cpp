#include "sinks/shared_looks.h"

#include <fmt/format.h>

#include <algorithm>
#include <deque>
#include <thread>
#include <utility>

#include "base/ids.h"
#include "base/log.h"
#include "base/queue.h"
#include "base/redact.h"
#include "base/sync.h"
#include "sinks/redis_connection.h"

namespace vigil::sinks {
namespace {

using std::chrono::milliseconds;

constexpr const char* kStream = "vigil:reid:looks";
constexpr const char* kCounter = "vigil:reid:subjects";
constexpr std::size_t kSentAtOnce = 64;
constexpr int kReadAtOnce = 200;
constexpr std::chrono::seconds kTidied{10};
constexpr milliseconds kLastWords{500};

std::int64_t milliseconds_of(WallTime time) {
  return std::chrono::duration_cast<milliseconds>(time.time_since_epoch()).count();
}

}  // namespace

struct SharedLooks::State {
  State(SharedLooksConfig c, std::function<void(SharedLook)> h, Clock& k)
      : config(std::move(c)), heard(std::move(h)), clock(k), queue(config.queue) {}

  void run(std::stop_token stop);
  Result<void> open();
  Result<void> serve(std::stop_token stop);
  Result<void> send();
  Result<void> receive(std::stop_token stop);
  Result<void> tidy();
  void take(const RedisReply& entry);

  const SharedLooksConfig config;
  const std::function<void(SharedLook)> heard;
  Clock& clock;
  const std::string instance = random_hex(8);
  BoundedQueue<SharedLook, WhenFull::DropOldest> queue;
  std::stop_source abort;

  // Used by the thread only.
  HostLookup lookup;
  std::unique_ptr<RedisConnection> connection;
  std::deque<SharedLook> batch;
  std::string read_to;  // id of the newest entry that was read
  SteadyTime tidied;
  milliseconds retry{0};
  bool said_down = false, said_twin = false, said_refused = false;

  mutable Mutex mutex;
  SharedLooksFigures figures VIGIL_GUARDED_BY(mutex);

  std::jthread thread;
};

void SharedLooks::State::run(std::stop_token stop) {
  ignore_sigpipe_here();
  read_to = fmt::format("{}-0", std::max<std::int64_t>(milliseconds_of(clock.wall()) - config.window.count(), 0));
  while (!stop.stop_requested()) {
    auto done = serve(stop);
    if (done.ok() || stop.stop_requested()) break;
    connection.reset();
    {
      MutexLock lock(mutex);
      figures.connected = false;
      figures.last_error = redact(done.error().message);
    }
    if (!std::exchange(said_down, true)) {
      log::warn("redis is away; this server recognises whom it saw itself, and tells the others later",
                {{"target", config.redis.target()}, {"reason", done.error().message}});
    }
    retry = std::clamp(retry * 2, config.redis.retry_first, config.redis.retry_last);
    clock.sleep(retry, stop);
  }
  if (connection) (void)send();
  connection.reset();
}

Result<void> SharedLooks::State::open() {
  VIGIL_ASSIGN(connection, RedisConnection::open(config.redis, lookup, abort.get_token()));
  if (said_down) log::info("redis is back; looks are shared again", {{"target", config.redis.target()}});
  said_down = false;
  retry = milliseconds(0);
  MutexLock lock(mutex);
  figures.connected = true;
  figures.last_error.clear();
  return {};
}

Result<void> SharedLooks::State::serve(std::stop_token stop) {
  VIGIL_TRY(open());
  VIGIL_TRY(tidy());
  while (!stop.stop_requested()) {
    if (batch.empty()) {
      if (auto look = queue.pop(stop, config.pace)) batch.push_back(std::move(*look));
    }
    VIGIL_TRY(send());
    VIGIL_TRY(receive(stop));
    if (clock.steady() - tidied >= kTidied) VIGIL_TRY(tidy());
  }
  return {};
}

// What was not answered stays in the batch, and is sent again with the next connection: told twice does no harm.
Result<void> SharedLooks::State::send() {
  while (true) {
    while (batch.size() < kSentAtOnce) {
      auto look = queue.try_pop();
      if (!look) break;
      batch.push_back(std::move(*look));
    }
    if (batch.empty()) return {};
    const auto most = std::to_string(config.most);
    for (const auto& look : batch) {
      connection->append(
          {"XADD", kStream, "MAXLEN", "~", most, "*", "s", config.server, "i", instance, "d", encode(look)});
    }
    connection->append({"PEXPIRE", kStream, std::to_string(config.window.count())});
    while (!batch.empty()) {
      VIGIL_ASSIGN(auto said, connection->answer());
      batch.pop_front();
      if (!said.accepted && !std::exchange(said_refused, true)) {
        log::warn("redis refuses a look", {{"reason", said.refusal}});
      }
      MutexLock lock(mutex);
      ++(said.accepted ? figures.sent : figures.dropped);
    }
    VIGIL_TRY(connection->answer());
  }
}

Result<void> SharedLooks::State::receive(std::stop_token stop) {
  const auto count = std::to_string(kReadAtOnce);
  while (!stop.stop_requested()) {
    connection->append({"XREAD", "COUNT", count, "STREAMS", kStream, read_to});
    VIGIL_ASSIGN(const auto reply, connection->reply());
    // [[stream, [entry, …]]], or nothing.
    if (reply.items.empty() || reply.items[0].items.size() != 2) return {};
    const auto& entries = reply.items[0].items[1].items;
    for (const auto& entry : entries) take(entry);
    if (entries.size() < static_cast<std::size_t>(kReadAtOnce)) return {};
  }
  return {};
}

// [id, [field, value, …]]
void SharedLooks::State::take(const RedisReply& entry) {
  if (entry.items.size() != 2 || entry.items[0].text.empty()) return;
  read_to = entry.items[0].text;
  std::string server, from;
  const std::string* coded = nullptr;
  const auto& fields = entry.items[1].items;
  for (std::size_t i = 0; i + 1 < fields.size(); i += 2) {
    if (fields[i].text == "s") server = fields[i + 1].text;
    if (fields[i].text == "i") from = fields[i + 1].text;
    if (fields[i].text == "d") coded = &fields[i + 1].text;
  }
  if (from == instance) return;
  if (server == config.server) {
    // From before our own start, or of another one that bears our name.
    const auto now = milliseconds_of(clock.wall());
    const auto at = std::strtoll(read_to.c_str(), nullptr, 10);
    if (now - at < 1000 && !std::exchange(said_twin, true)) {
      log::warn("another server calls itself as this one does; set reid.name", {{"name", server}});
    }
    return;
  }
  const bool named =
      !server.empty() && server.size() <= 64 && std::all_of(server.begin(), server.end(), [](unsigned char c) {
        return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '-' || c == '_';
      });
  auto look = coded != nullptr && named
                  ? decode_look(*coded)
                  : make_error(ErrorKind::MalformedRequest, "an entry without a server or a look");
  {
    MutexLock lock(mutex);
    ++(look.ok() ? figures.received : figures.refused);
  }
  if (!look) return;
  look->camera_id = server + "/" + look->camera_id;
  heard(std::move(*look));
}

// Old entries go; the whole stream goes once nobody has written for as long.
Result<void> SharedLooks::State::tidy() {
  tidied = clock.steady();
  const auto oldest = std::to_string(std::max<std::int64_t>(milliseconds_of(clock.wall()) - config.window.count(), 0));
  connection->append({"XTRIM", kStream, "MINID", "~", oldest});
  VIGIL_TRY(connection->answer());
  return {};
}

SharedLooks::SharedLooks(SharedLooksConfig config, std::function<void(SharedLook)> heard, Clock& clock)
    : state_(std::make_unique<State>(std::move(config), std::move(heard), clock)) {}

SharedLooks::~SharedLooks() {
  stop();
}

void SharedLooks::start() {
  VIGIL_ASSERT(!state_->thread.joinable());
  state_->thread = std::jthread([state = state_.get()](std::stop_token stop) { state->run(std::move(stop)); });
}

void SharedLooks::stop() {
  if (!state_->thread.joinable()) return;
  state_->thread.request_stop();
  // Whatever the connection is doing must not last longer.
  std::jthread limit([&](std::stop_token done) {
    if (state_->clock.sleep(kLastWords, done)) state_->abort.request_stop();
  });
  state_->thread.join();
  state_->abort.request_stop();  // of whoever waits in reserve(), too
}

void SharedLooks::tell(SharedLook look) {
  state_->queue.push(std::move(look));
}

Result<std::uint64_t> SharedLooks::reserve(std::uint64_t least, std::uint64_t count) {
  auto& s = *state_;
  ignore_sigpipe_here();
  HostLookup lookup;
  VIGIL_ASSIGN(auto redis, RedisConnection::open(s.config.redis, lookup, s.abort.get_token()));
  auto raise = [&](std::uint64_t by) -> Result<std::uint64_t> {
    redis->append({"INCRBY", kCounter, std::to_string(by)});
    VIGIL_ASSIGN(const auto newest, redis->reply());
    if (newest.number < static_cast<std::int64_t>(by)) {
      return make_error(ErrorKind::Unavailable, "Redis cannot count subjects: " + newest.refusal);
    }
    return static_cast<std::uint64_t>(newest.number) - count + 1;
  };
  VIGIL_ASSIGN(const auto first, raise(count));
  if (first >= least) return first;
  // This server gave ids away on its own before: the count goes on behind them. What is added is ours alone.
  return raise(std::max(least - first, count));
}

SharedLooksFigures SharedLooks::figures() const {
  MutexLock lock(state_->mutex);
  auto out = state_->figures;
  out.dropped += state_->queue.dropped();
  return out;
}

}  // namespace vigil::sinks
