#pragma once

#include <chrono>
#include <memory>
#include <optional>

#include "base/clock.h"
#include "bus/bus.h"
#include "sinks/figures.h"
#include "sinks/redis_config.h"

namespace vigil::sinks {

// Events → Redis Pub/Sub. Channel "camera:{camera_id}", message model::to_json_text(event), for exactly
// camera.connected, camera.disconnected, frame.ingested, motion.detected, plate.allowed, plate.denied and
// plate.unknown; other events stay in the house.
//
// One thread of its own. Commands are pipelined, up to RedisConfig::batch in flight. While Redis is away the
// subscription holds the events, as many as its capacity and then the newest; the loss is counted. An event leaves the
// queue when Redis has acknowledged it: when a connection breaks, the events in flight are sent again, so a subscriber
// may see one twice (same type, camera and timestamp) but loses none that the queue could hold. Redis being slow or
// dead delays nobody else.
class RedisSink {
 public:
  RedisSink(RedisConfig config, std::unique_ptr<bus::Subscription> events, const Clock& clock);
  ~RedisSink();  // stops
  RedisSink(const RedisSink&) = delete;
  RedisSink& operator=(const RedisSink&) = delete;

  void start();  // once
  // Sends what is queued, for at most RedisConfig::flush_limit, or `limit` where that is less; what is left then is
  // counted as dropped. Returns soon after.
  void stop(std::optional<std::chrono::milliseconds> limit = std::nullopt);

  Figures figures() const;  // thread-safe

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace vigil::sinks
