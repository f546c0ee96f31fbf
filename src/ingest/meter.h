#pragma once

#include <deque>

#include "base/clock.h"
#include "base/sync.h"
#include "ingest/source.h"
#include "media/packet.h"
#include "model/camera_status.h"

namespace vigil::ingest {

// The figures of one stream: written by its session's thread, read by anybody. Thread-safe.
class Meter {
 public:
  explicit Meter(std::string stream_name) { figures_.name = std::move(stream_name); }

  void connecting() VIGIL_EXCLUDES(mutex_);
  void connected(const SourceInfo& info, WallTime now) VIGIL_EXCLUDES(mutex_);
  void packet(const media::Packet& packet) VIGIL_EXCLUDES(mutex_);
  void failed(const Failure& why) VIGIL_EXCLUDES(mutex_);
  void waiting(WallTime next_try) VIGIL_EXCLUDES(mutex_);
  void stopped() VIGIL_EXCLUDES(mutex_);

  // Rates are over the last few seconds before `now`.
  model::StreamFigures figures(WallTime now) const VIGIL_EXCLUDES(mutex_);

 private:
  struct Arrival {
    WallTime received;
    std::size_t bytes = 0;
    bool video = false;
  };
  void measure_clock(const media::Packet& packet) VIGIL_REQUIRES(mutex_);

  mutable Mutex mutex_;
  model::StreamFigures figures_ VIGIL_GUARDED_BY(mutex_);
  std::deque<Arrival> window_ VIGIL_GUARDED_BY(mutex_);
  std::optional<media::Packet> first_ VIGIL_GUARDED_BY(mutex_);  // of this connection's clock, without data
  std::optional<WallTime> last_key_ VIGIL_GUARDED_BY(mutex_);
  media::ParamsPtr params_ VIGIL_GUARDED_BY(mutex_);
};

}  // namespace vigil::ingest
