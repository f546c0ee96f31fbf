#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "base/clock.h"
#include "base/result.h"
#include "sinks/look_text.h"
#include "sinks/redis_config.h"

namespace vigil::sinks {

struct SharedLooksConfig {
  RedisConfig redis;
  std::string server;                                           // our name among the others: letters, digits, - and _
  std::chrono::milliseconds window = std::chrono::minutes(30);  // looks older than this are of no use to anybody
  std::size_t most = 10000;                                     // looks in Redis, about
  std::size_t queue = 2000;                                     // looks kept while Redis is away; then the oldest go
  std::chrono::milliseconds pace{200};                          // how often is asked for what others saw
};

struct SharedLooksFigures {
  bool connected = false;
  std::string last_error;
  std::uint64_t sent = 0, received = 0;
  std::uint64_t dropped = 0;  // of ours, while Redis was away or refused them
  std::uint64_t refused = 0;  // of theirs, because they made no sense
};

// A Redis stream, "vigil:reid:looks", through which servers tell each other how those look whom they see. What is older
// than the window is taken out of it, and all of it goes when nobody writes for so long. Redis being slow or away
// delays nobody: whoever was seen meanwhile is told when it is back.
class SharedLooks {
 public:
  // `heard` gets the others' looks, their cameras as "server/camera", on a thread of this; also those of the window
  // before the start.
  SharedLooks(SharedLooksConfig config, std::function<void(SharedLook)> heard, Clock& clock);
  ~SharedLooks();  // stops
  SharedLooks(const SharedLooks&) = delete;
  SharedLooks& operator=(const SharedLooks&) = delete;

  void start();  // once
  void stop();   // sends what is queued, for at most half a second

  void tell(SharedLook look);  // never waits; thread-safe

  // Sets `count` subject ids aside, for this server alone among all that share the Redis: the first, at least `least`.
  // Waits for Redis, at most seconds, and not beyond stop(). Thread-safe.
  Result<std::uint64_t> reserve(std::uint64_t least, std::uint64_t count);

  SharedLooksFigures figures() const;  // thread-safe

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace vigil::sinks
