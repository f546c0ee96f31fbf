#pragma once

#include <atomic>
#include <chrono>
#include <deque>
#include <map>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "base/clock.h"
#include "base/sync.h"
#include "pipeline/analyst.h"
#include "pipeline/rendition_streams.h"
#include "stream/stream.h"

namespace vigil::pipeline {

// The sound of streams as Opus, for those who can take nothing else: made while somebody holds it, once for all of
// them, and a while longer. Analysts open and encode it; one thread hands them the packets of all streams, and none
// runs before the first is asked for. Thread-safe.
class OpusStreams {
 public:
  OpusStreams(Analysts& analysts, std::chrono::milliseconds linger, Clock& clock);
  ~OpusStreams();  // stops

  static constexpr std::size_t kMost = 64;  // at once

  // A stream of one track: kTrack, whose packets have the times of the source's. Of the first track of `source` that
  // can become Opus, whatever that is at a time. It is closed when the source is, and when nobody has held it for a
  // while: ask again. No stream: there are kMost already.
  static constexpr int kTrack = 1;
  HeldStream open(const std::string& camera_id, const std::shared_ptr<stream::Stream>& source)
      VIGIL_EXCLUDES(mutex_, waking_);

  std::size_t running() const VIGIL_EXCLUDES(mutex_);
  void stop() VIGIL_EXCLUDES(mutex_);  // for good; closes all

 private:
  class One;
  using OnePtr = std::shared_ptr<One>;

  void run(const std::stop_token& stop) VIGIL_EXCLUDES(mutex_, waking_);
  void poke() VIGIL_EXCLUDES(waking_);
  std::vector<OnePtr> take_over() VIGIL_EXCLUDES(mutex_);

  Analysts& analysts_;
  const std::chrono::milliseconds linger_;
  Clock& clock_;
  // By itself: streams and analysts poke us from within locks of theirs, which are taken while mutex_ is held.
  Mutex waking_;
  CondVar came_;
  bool work_ VIGIL_GUARDED_BY(waking_) = false;
  mutable Mutex mutex_;
  bool stopped_ VIGIL_GUARDED_BY(mutex_) = false;
  std::map<stream::Stream*, OnePtr> all_ VIGIL_GUARDED_BY(mutex_);
  std::jthread thread_ VIGIL_GUARDED_BY(mutex_);
};

}  // namespace vigil::pipeline
