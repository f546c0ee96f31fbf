#pragma once

#include <chrono>
#include <cstdint>
#include <optional>

#include "base/clock.h"
#include "ingest/source.h"
#include "media/packet.h"

namespace vigil::ingest {

struct WatchdogConfig {
  std::chrono::seconds no_video_after{10};  // connected, packets come (audio), but no key frame
  std::chrono::seconds stalled_after{10};   // pictures came and stopped, though other packets may still come
  std::chrono::seconds frozen_after{30};    // the very same picture again and again; 0 = never
};

// Judges a connection by the packets that it delivers. The silent and the RTCP-only camera deliver none at all: those
// are the source's read time-out. Pure: time comes in. Not thread-safe; one per connection.
class Watchdog {
 public:
  Watchdog(WatchdogConfig config, SteadyTime connected)
      : config_(config), connected_(connected), last_video_(connected) {}

  // A packet came. A Failure when the connection is of no use any more.
  std::optional<Failure> packet(const media::Packet& packet, SteadyTime now);

  // The first key frame came.
  bool has_picture() const { return has_picture_; }

 private:
  std::optional<Failure> check_frozen(const media::Packet& packet, SteadyTime now);

  WatchdogConfig config_;
  SteadyTime connected_;
  SteadyTime last_video_;
  bool has_picture_ = false;
  // Frozen: every video packet since `same_since_` carried the same bytes as the one before it.
  std::uint64_t last_hash_ = 0;
  std::size_t last_size_ = 0;
  std::optional<SteadyTime> same_since_;
  int same_count_ = 0;
};

}  // namespace vigil::ingest
