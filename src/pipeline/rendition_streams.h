#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <map>
#include <memory>

#include "base/clock.h"
#include "base/sync.h"
#include "media/packet.h"
#include "model/rendition.h"
#include "pipeline/lingering_hold.h"
#include "stream/stream.h"

namespace vigil::pipeline {

// A stream to read. It is fed as long as `hold` lives, and a while longer; then it is closed: ask again.
struct HeldStream {
  std::shared_ptr<stream::Stream> stream;
  std::shared_ptr<const void> hold;
};

// The streams of a camera's renditions, while anybody holds them. Thread-safe.
class RenditionStreams {
 public:
  RenditionStreams(std::chrono::milliseconds linger, Clock& clock) : linger_(linger), clock_(clock) {}

  HeldStream open(model::Rendition rendition) VIGIL_EXCLUDES(mutex_);
  // Which are fed. Closes those that nobody has held for a while: to be asked now and then.
  model::Renditions wanted() VIGIL_EXCLUDES(mutex_);
  model::Renditions running() const VIGIL_EXCLUDES(mutex_);
  // Dropped where nobody holds the stream.
  void publish(model::Rendition rendition, media::Packet packet) VIGIL_EXCLUDES(mutex_, publishing_);
  // Sound goes beside the pictures of each.
  void publish_audio(const media::Packet& packet) VIGIL_EXCLUDES(mutex_, publishing_);
  void close() VIGIL_EXCLUDES(mutex_);  // all, for good

 private:
  struct One {
    std::shared_ptr<stream::Stream> stream;
    LingeringHold hold;
  };
  const std::chrono::milliseconds linger_;
  Clock& clock_;
  Mutex publishing_;
  mutable Mutex mutex_;
  std::map<model::Rendition, One> streams_ VIGIL_GUARDED_BY(mutex_);
  bool closed_ VIGIL_GUARDED_BY(mutex_) = false;
};

}  // namespace vigil::pipeline
