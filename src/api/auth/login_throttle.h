#pragma once

#include <chrono>
#include <map>
#include <string>

#include "base/clock.h"
#include "base/sync.h"

namespace vigil::api {

// Slows down guessing of one name's password from one address (for IPv6: one /64). The fourth failure is the last free
// one; the fifth costs two seconds, each further one twice as long, at most kLongest. Forgotten an hour after the last
// try. Bounded: beyond kMost entries the one that was quiet longest is forgotten. Thread-safe.
class LoginThrottle {
 public:
  static constexpr int kFree = 4;
  static constexpr std::chrono::seconds kLongest{900};
  static constexpr std::chrono::seconds kMemory{3600};
  static constexpr std::size_t kMost = 10000;

  explicit LoginThrottle(const Clock& clock) : clock_(clock) {}

  // How long to wait before the next try, rounded up; 0: not at all.
  std::chrono::seconds wait(const std::string& name, const std::string& address) const;
  // The same; and when it is 0, a try begins. It counts as failed until succeeded(), so that many at once count as
  // many.
  std::chrono::seconds begin(const std::string& name, const std::string& address);
  void succeeded(const std::string& name, const std::string& address);
  // The try came to no answer (the store was away): it does not count.
  void cancelled(const std::string& name, const std::string& address);

 private:
  struct Entry {
    int failures = 0;
    SteadyTime last, blocked_until;
  };
  std::chrono::seconds remaining(const Entry& entry, SteadyTime now) const;
  void make_room(SteadyTime now) VIGIL_REQUIRES(mutex_);

  const Clock& clock_;
  mutable Mutex mutex_;
  std::map<std::string, Entry> entries_ VIGIL_GUARDED_BY(mutex_);
};

}  // namespace vigil::api
