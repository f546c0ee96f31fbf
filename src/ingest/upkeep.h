#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <string>

#include "base/clock.h"
#include "ingest/backoff.h"
#include "ingest/meter.h"
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

// What a session reports, on the thread that it runs on, in order. Must return quickly.
class SessionListener {
 public:
  virtual ~SessionListener() = default;
  virtual void connected() = 0;                            // the first packet came
  virtual void disconnected(const Failure& why) = 0;       // after connected only; figures() says why already
  virtual void received(const media::Packet& packet) = 0;  // each video packet, after it was published
};

// What the ups and downs of a session's connections mean, whoever runs them: figures, watchdog, stream, reports and
// back-off. One thread at a time, except figures().
class Upkeep {
 public:
  Upkeep(SessionConfig config, std::shared_ptr<stream::Stream> stream, SessionListener& listener, Clock& clock);

  void connecting();
  void opened(const SourceInfo& info) { info_ = info; }
  // Publishes it; a Failure when this connection is of no use any more.
  std::optional<Failure> packet(media::Packet packet);
  // The connection ended, or none came about; how long to wait before the next try.
  std::chrono::milliseconds ended(Failure why);
  // The session ended.
  void stopped();

  model::StreamFigures figures() const;

 private:
  bool is_connected() const { return watchdog_.has_value(); }
  Nanos good() const;  // for how long this connection has given video

  const SessionConfig config_;
  const std::shared_ptr<stream::Stream> stream_;
  SessionListener& listener_;
  Clock& clock_;
  Backoff backoff_;
  Meter meter_;
  SourceInfo info_;
  SteadyTime began_{};
  std::optional<Watchdog> watchdog_;  // while connected
};

}  // namespace vigil::ingest
