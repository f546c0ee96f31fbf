#pragma once

#include <functional>
#include <memory>
#include <string>
#include <thread>

#include "base/clock.h"
#include "base/sync.h"
#include "ingest/backoff.h"
#include "ingest/connect_limiter.h"
#include "ingest/source.h"
#include "ingest/watchdog.h"
#include "stream/stream.h"

namespace vigil::ingest {

struct SessionConfig {
  std::string name;    // "cam_1/main": for the log
  std::string stream;  // "main": for the figures
  BackoffConfig backoff;
  WatchdogConfig watchdog;
};

// What a session reports, on its own thread, in order. Must return quickly.
class SessionListener {
 public:
  virtual ~SessionListener() = default;
  virtual void connected() = 0;                            // the first packet came
  virtual void disconnected(const Failure& why) = 0;       // after connected only; figures() says why already
  virtual void received(const media::Packet& packet) = 0;  // each video packet, after it was published
};

class Meter;

// Keeps one stream of one camera connected: opens its source, publishes into the stream, watches it, and tries again
// with back-off until stopped. One thread of its own; start(), stop() and retry_now() from any other.
class Session {
 public:
  using SourceFactory = std::function<std::unique_ptr<Source>()>;

  Session(SessionConfig config, SourceFactory make, std::shared_ptr<stream::Stream> stream, SessionListener& listener,
          ConnectLimiter& limiter, Clock& clock);
  ~Session();  // stops

  void start();
  // Interrupts the source and joins; the listener gets disconnected(Stopped) when it was connected.
  void stop();
  // Asks the session to end without waiting for it, so that many can be stopped at once; stop() then joins.
  void request_stop();
  // Ends a waiting time before the next try.
  void retry_now() VIGIL_EXCLUDES(retry_mutex_);

  model::StreamFigures figures() const;

 private:
  void run(std::stop_token stop);
  // One connection from beginning to end: why it ended; `connected`: the listener was told of it; `good` is for how
  // long it gave video.
  Failure connect_once(std::stop_token stop, bool& connected, Nanos& good);
  bool wait_before_retry(std::chrono::milliseconds delay, std::stop_token stop) VIGIL_EXCLUDES(retry_mutex_);

  const SessionConfig config_;
  const SourceFactory make_;
  const std::shared_ptr<stream::Stream> stream_;
  SessionListener& listener_;
  ConnectLimiter& limiter_;
  Clock& clock_;
  Backoff backoff_;
  std::unique_ptr<Meter> meter_;

  Mutex retry_mutex_;
  std::stop_source retry_ VIGIL_GUARDED_BY(retry_mutex_);  // of the waiting time that is running

  std::jthread thread_;
};

}  // namespace vigil::ingest
