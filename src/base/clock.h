#pragma once

#include <chrono>
#include <compare>
#include <cstdint>
#include <ratio>
#include <stop_token>
#include <string>

#include "base/sync.h"

// The only place that asks what time it is. Media time, wall time and the monotonic clock are different
// types, so that mixing them does not compile.

namespace vigil {

// Media time: 90 kHz ticks, the clock of RTP video. Zero is wherever the stream began.
using Ticks = std::chrono::duration<std::int64_t, std::ratio<1, 90000>>;

// World time in microseconds since the Unix epoch, UTC. May jump (NTP, an administrator).
using WallTime = std::chrono::time_point<std::chrono::system_clock, std::chrono::microseconds>;

// Monotonic time; for intervals, deadlines and back-off.
using SteadyTime = std::chrono::steady_clock::time_point;
using Nanos = std::chrono::nanoseconds;

// Waits are cut to this, so that "for ever" does not overflow into "not at all".
inline constexpr Nanos kLongestWait = std::chrono::hours(24 * 365);

class Clock {
 public:
  virtual ~Clock() = default;
  virtual WallTime wall() const = 0;
  virtual SteadyTime steady() const = 0;
  // Sleeps for `duration`, or until stop is requested. False when it was stopped.
  virtual bool sleep(Nanos duration, std::stop_token stop) const = 0;
};

// The clock of the running system. Thread-safe.
Clock& system_clock();

// A clock for tests: time moves only by advance(); sleep() advances it and returns at once. Thread-safe.
class ManualClock final : public Clock {
 public:
  WallTime wall() const override;
  SteadyTime steady() const override;
  bool sleep(Nanos duration, std::stop_token stop) const override;
  void advance(Nanos duration);

 private:
  mutable Mutex mutex_;
  mutable Nanos elapsed_ VIGIL_GUARDED_BY(mutex_){0};
};

// Unix seconds with fractions, as the API and the events carry them.
// Cut to the years 0 to 9999; not a number: the epoch.
double to_unix_seconds(WallTime time);
WallTime from_unix_seconds(double seconds);

// "2026-11-21T11:38:44.123Z" (RFC 3339, milliseconds, UTC).
std::string to_rfc3339(WallTime time);

}  // namespace vigil
