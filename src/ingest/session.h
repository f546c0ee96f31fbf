#pragma once

#include <functional>
#include <memory>

#include "base/clock.h"
#include "ingest/connect_limiter.h"
#include "ingest/source.h"
#include "ingest/upkeep.h"
#include "stream/stream.h"

namespace vigil::ingest {

// Keeps one stream of one camera connected: opens its source, publishes into the stream, watches it, and tries again
// with back-off until stopped. A source that blocks has a thread of its own, others live on a loop that they share.
// start(), stop() and retry_now() from any thread but that of the loop.
class Session {
 public:
  using SourceFactory = std::function<std::unique_ptr<Source>()>;
  using LoopSourceFactory = std::function<std::unique_ptr<LoopSource>(Loop&, Receiver&)>;

  // On a thread of its own.
  Session(SessionConfig config, SourceFactory make, std::shared_ptr<stream::Stream> stream, SessionListener& listener,
          ConnectLimiter& limiter, Clock& clock);
  // On `loop`, which runs until the session has stopped. Waiting times are the loop's, whatever `clock` says.
  Session(SessionConfig config, Loop& loop, LoopSourceFactory make, std::shared_ptr<stream::Stream> stream,
          SessionListener& listener, ConnectLimiter& limiter, Clock& clock);
  ~Session();  // stops

  void start() { runner_->start(); }
  // Interrupts the source and waits; the listener gets disconnected(Stopped) when it was connected.
  void stop() { runner_->stop(); }
  // Asks the session to end without waiting for it, so that many can be stopped at once; stop() then waits.
  void request_stop() { runner_->request_stop(); }
  // Ends a waiting time before the next try.
  void retry_now() { runner_->retry_now(); }

  model::StreamFigures figures() const { return upkeep_.figures(); }

  // How a session is run.
  class Runner {
   public:
    virtual ~Runner() = default;
    virtual void start() = 0;
    virtual void request_stop() = 0;
    virtual void stop() = 0;
    virtual void retry_now() = 0;
  };

 private:
  Upkeep upkeep_;
  const std::unique_ptr<Runner> runner_;
};

}  // namespace vigil::ingest
