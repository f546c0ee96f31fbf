#pragma once

#include <chrono>
#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <utility>

#include "base/clock.h"
#include "base/sync.h"

namespace vigil::api {

// Remembers values for a while. Bounded: when it is full of values that are still fresh, it forgets them all.
// Thread-safe.
template <typename T>
class TtlCache {
 public:
  TtlCache(const Clock& clock, Nanos lifetime, std::size_t most) : clock_(clock), lifetime_(lifetime), most_(most) {}

  std::optional<T> get(const std::string& key) const {
    auto now = clock_.steady();
    MutexLock lock(mutex_);
    auto found = items_.find(key);
    if (found == items_.end() || now >= found->second.until) return std::nullopt;
    return found->second.value;
  }
  void put(const std::string& key, T value) {
    auto now = clock_.steady();
    MutexLock lock(mutex_);
    make_room(now);
    items_.insert_or_assign(key, Item{std::move(value), now + lifetime_});
  }
  // What is remembered for the key, or else this value from now on; and whether it is this one. One step for all
  // threads.
  std::pair<T, bool> claim(const std::string& key, T value) {
    auto now = clock_.steady();
    MutexLock lock(mutex_);
    auto found = items_.find(key);
    if (found != items_.end() && now < found->second.until) return {found->second.value, false};
    make_room(now);
    items_.insert_or_assign(key, Item{value, now + lifetime_});
    return {std::move(value), true};
  }
  void erase(const std::string& key) {
    MutexLock lock(mutex_);
    items_.erase(key);
  }
  void clear() {
    MutexLock lock(mutex_);
    items_.clear();
  }
  std::size_t size() const {
    MutexLock lock(mutex_);
    return items_.size();
  }

 private:
  struct Item {
    T value;
    SteadyTime until;
  };
  void make_room(SteadyTime now) VIGIL_REQUIRES(mutex_) {
    if (items_.size() < most_) return;
    std::erase_if(items_, [&](const auto& item) { return now >= item.second.until; });
    if (items_.size() >= most_) items_.clear();
  }

  const Clock& clock_;
  const Nanos lifetime_;
  const std::size_t most_;
  mutable Mutex mutex_;
  std::map<std::string, Item> items_ VIGIL_GUARDED_BY(mutex_);
};

}  // namespace vigil::api
