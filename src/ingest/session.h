#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <thread>

#include "base/clock.h"
#include "base/sync.h"
#include "ingest/backoff.h"
#include "ingest/source.h"
#include "ingest/watchdog.h"
#include "stream/stream.h"

namespace vigil::ingest {

// One per server: cameras that come back together after a power cut do not connect in the same moment.
class ConnectLimiter;

struct SessionConfig {
  SourceConfig source;
  BackoffConfig backoff;
  WatchdogConfig watchdog;
  std::string log_name;  // "cam_1/main"
};

// What a session reports, on its own thread, in order. Must return quickly.
class SessionListener {
 public:
  virtual ~SessionListener() = default;
  virtual void connected(const SourceInfo& info) = 0;  // the first packet came
  virtual void disconnected(const Failure& why) = 0;   // after connected only
  virtual void received(const media::Packet& packet) = 0;  // video packets that were published
};

// Keeps one stream of one camera connected: opens its source, publishes into the stream, watches it, and tries again with
// back-off until stopped. One thread; start() and stop() from the owner's.
class Session {
 public:
  using SourceFactory = std::function<std::unique_ptr<Source>()>;

  Session(SessionConfig config, SourceFactory make, std::shared_ptr<stream::Stream> stream, SessionListener& listener,
          ConnectLimiter& limiter, Clock& clock);
  ~Session();  // stops

  void start();
  void stop();       // interrupts the source and joins; reports disconnected(Stopped) when it was connected
  void retry_now();  // ends a waiting time

  model::StreamFigures figures() const;

 private:
  struct Live;  // figures and the source of the moment, shared with the owner's thread
  void run(std::stop_token stop);
  Failure stay_connected(std::stop_token stop);
  bool wait_before_retry(const Failure& why, std::stop_token stop);

  const SessionConfig config_;
  const SourceFactory make_;
  const std::shared_ptr<stream::Stream> stream_;
  SessionListener& listener_;
  ConnectLimiter& limiter_;
  Clock& clock_;
  Backoff backoff_;
  std::unique_ptr<Live> live_;
  std::jthread thread_;
};

}  // namespace vigil::ingest
