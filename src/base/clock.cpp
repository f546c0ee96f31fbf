#include "base/clock.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <ctime>

namespace vigil {
namespace {

// What RFC 3339 can write: the years 0 to 9999.
constexpr WallTime kFirst{std::chrono::seconds(-62167219200)};
constexpr WallTime kLast{std::chrono::seconds(253402300800) - std::chrono::microseconds(1)};

class SystemClock final : public Clock {
 public:
  WallTime wall() const override {
    return std::chrono::time_point_cast<std::chrono::microseconds>(std::chrono::system_clock::now());
  }
  SteadyTime steady() const override { return std::chrono::steady_clock::now(); }
  bool sleep(Nanos duration, std::stop_token stop) const override {
    // Waiting on a private condition variable wakes at once when stop is requested.
    Mutex mutex;
    CondVar wake;
    MutexLock lock(mutex);
    wake.wait_for(lock, stop, std::min(duration, kLongestWait), [] { return false; });
    return !stop.stop_requested();
  }
};

}  // namespace

Clock& system_clock() {
  static SystemClock clock;
  return clock;
}

WallTime ManualClock::wall() const {
  MutexLock lock(mutex_);
  // An arbitrary fixed epoch: 2026-01-01T00:00:00Z.
  return WallTime(std::chrono::seconds(1767225600)) + std::chrono::duration_cast<std::chrono::microseconds>(elapsed_);
}

SteadyTime ManualClock::steady() const {
  MutexLock lock(mutex_);
  return SteadyTime(std::chrono::seconds(1000)) + elapsed_;
}

bool ManualClock::sleep(Nanos duration, std::stop_token stop) const {
  if (stop.stop_requested()) return false;
  MutexLock lock(mutex_);
  elapsed_ += duration;
  return true;
}

void ManualClock::advance(Nanos duration) {
  MutexLock lock(mutex_);
  elapsed_ += duration;
}

double to_unix_seconds(WallTime time) {
  return static_cast<double>(time.time_since_epoch().count()) / 1e6;
}

WallTime from_unix_seconds(double seconds) {
  if (std::isnan(seconds)) return WallTime();
  if (seconds < to_unix_seconds(kFirst)) return kFirst;
  if (seconds > to_unix_seconds(kLast)) return kLast;
  return WallTime(std::chrono::microseconds(std::llround(seconds * 1e6)));
}

std::string to_rfc3339(WallTime time) {
  auto micros = std::clamp(time, kFirst, kLast).time_since_epoch().count();
  auto millis = micros >= 0 ? micros / 1000 : (micros - 999) / 1000;
  std::time_t seconds = static_cast<std::time_t>(millis >= 0 ? millis / 1000 : (millis - 999) / 1000);
  std::tm parts{};
  gmtime_r(&seconds, &parts);
  return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:03}Z", parts.tm_year + 1900, parts.tm_mon + 1,
                     parts.tm_mday, parts.tm_hour, parts.tm_min, parts.tm_sec, millis - seconds * 1000);
}

}  // namespace vigil
