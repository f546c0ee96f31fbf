#pragma once

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <stop_token>
#include <utility>

#include "base/assert.h"
#include "base/clock.h"
#include "base/sync.h"

namespace vigil {

// What a full queue does with one more item.
enum class WhenFull {
  DropOldest,  // the reader is late: it loses time, not memory
  DropNewest,  // the writer is told no (push returns false)
  Block,       // the writer waits; only jobs may use this
};

// A bounded multi-producer multi-consumer queue whose policy is part of its type. Thread-safe.
template <typename T, WhenFull Policy>
class BoundedQueue {
 public:
  explicit BoundedQueue(std::size_t capacity) : capacity_(capacity) { VIGIL_ASSERT(capacity > 0); }

  // False when the item was not taken: dropped (DropNewest), stopped (Block) or the queue is closed.
  bool push(T item, std::stop_token stop = {}) VIGIL_EXCLUDES(mutex_) {
    {
      MutexLock lock(mutex_);
      if constexpr (Policy == WhenFull::Block) {
        writable_.wait(lock, stop, [this]() VIGIL_REQUIRES(mutex_) { return closed_ || items_.size() < capacity_; });
        if (stop.stop_requested()) return false;
      }
      if (closed_) return false;
      if (items_.size() >= capacity_) {
        ++dropped_;
        if constexpr (Policy == WhenFull::DropNewest) return false;
        items_.pop_front();
      }
      items_.push_back(std::move(item));
    }
    readable_.notify_one();
    return true;
  }

  // Waits for an item. Nothing when stopped, timed out, or closed and empty.
  std::optional<T> pop(std::stop_token stop, std::chrono::nanoseconds timeout = std::chrono::hours(24))
      VIGIL_EXCLUDES(mutex_) {
    std::optional<T> item;
    {
      MutexLock lock(mutex_);
      readable_.wait_for(lock, stop, std::min<std::chrono::nanoseconds>(timeout, kLongestWait),
                         [this]() VIGIL_REQUIRES(mutex_) { return closed_ || !items_.empty(); });
      if (items_.empty()) return item;
      item.emplace(std::move(items_.front()));
      items_.pop_front();
    }
    writable_.notify_one();
    return item;
  }

  std::optional<T> try_pop() VIGIL_EXCLUDES(mutex_) {
    std::optional<T> item;
    {
      MutexLock lock(mutex_);
      if (items_.empty()) return item;
      item.emplace(std::move(items_.front()));
      items_.pop_front();
    }
    writable_.notify_one();
    return item;
  }

  // No item is taken any more; readers get what is left, then nothing.
  void close() VIGIL_EXCLUDES(mutex_) {
    {
      MutexLock lock(mutex_);
      closed_ = true;
    }
    readable_.notify_all();
    writable_.notify_all();
  }

  bool closed() const VIGIL_EXCLUDES(mutex_) {
    MutexLock lock(mutex_);
    return closed_;
  }
  std::size_t size() const VIGIL_EXCLUDES(mutex_) {
    MutexLock lock(mutex_);
    return items_.size();
  }
  // Items lost to a full queue since it was made.
  std::uint64_t dropped() const VIGIL_EXCLUDES(mutex_) {
    MutexLock lock(mutex_);
    return dropped_;
  }
  std::size_t capacity() const { return capacity_; }

 private:
  const std::size_t capacity_;
  mutable Mutex mutex_;
  CondVar readable_, writable_;
  std::deque<T> items_ VIGIL_GUARDED_BY(mutex_);
  bool closed_ VIGIL_GUARDED_BY(mutex_) = false;
  std::uint64_t dropped_ VIGIL_GUARDED_BY(mutex_) = 0;
};

}  // namespace vigil
