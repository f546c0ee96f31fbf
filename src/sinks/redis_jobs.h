#pragma once

#include <functional>
#include <memory>
#include <stop_token>

#include "base/clock.h"
#include "bus/jobs.h"
#include "sinks/redis_config.h"

namespace vigil::sinks {

// Jobs over Redis, for programs and for workers:
//   - job.failed and job.stuck → Pub/Sub, channel "jobs", {"type", "job_id", "kind", "owner", "asset_id", "timestamp"
//     (Unix seconds), "attempt", "code", "detail"}.
//   - whenever a job may be taken, an entry in the stream "vigil:jobs:wake", which never has more than a few; whoever
//     listens is woken.
// A hint and no more: while Redis is away nothing is lost, for workers look by themselves, and alerts are kept for as
// long as the subscription holds them. Two threads of its own; Redis being slow or dead delays nobody.
class RedisJobs {
 public:
  // `events`: what to tell; null: nothing is told. `wake` is called on a thread of this; empty: nobody listens.
  RedisJobs(RedisConfig config, std::unique_ptr<bus::JobSubscription> events, std::function<void()> wake,
            const Clock& clock);
  ~RedisJobs();  // stops
  RedisJobs(const RedisJobs&) = delete;
  RedisJobs& operator=(const RedisJobs&) = delete;

  void start();  // once
  void stop();   // what is queued is sent, for at most half a second

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace vigil::sinks
