#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

#include "base/clock.h"
#include "sinks/latency.h"

namespace vigil::sinks {

enum class SinkState {
  Connecting,
  Connected,
  Waiting,  // for the next try; `last_error` says why
  Stopped,
};

const char* to_string(SinkState state);  // "connecting", "connected", "waiting", "stopped"

// What a sink has to say about itself, for metrics, /api/system/status and `vigil check`.
struct Figures {
  std::string name;    // "redis"
  std::string target;  // where it sends to, without credentials
  SinkState state = SinkState::Connecting;
  std::size_t waiting = 0;       // events queued
  std::uint64_t published = 0;   // acknowledged by the other side
  std::uint64_t dropped = 0;     // lost: the queue was full, or the sink was stopped before it could send them
  std::uint64_t refused = 0;     // answered with an error that concerns this event only
  std::uint64_t reconnects = 0;  // connections that were made after the first
  std::string last_error;        // redacted; empty when all is well
  std::optional<WallTime> last_published;
  Latency latency;  // from the event's time to the acknowledgement
};

}  // namespace vigil::sinks
