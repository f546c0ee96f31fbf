#pragma once

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <utility>
#include <vector>

#include "base/queue.h"
#include "base/sync.h"

namespace vigil::bus {

struct SubscriberFigures {
  std::string name;
  std::size_t waiting = 0;
  std::size_t capacity = 0;
  std::uint64_t delivered = 0, dropped = 0;
};

// One reader of a topic: a bounded queue that drops its oldest values when the reader is late, and counts them.
// Leaves the topic when destroyed. Thread-safe.
template <typename T>
class TopicSubscription {
 public:
  using Ptr = std::shared_ptr<const T>;

  TopicSubscription(std::string name, std::size_t capacity)
      : state_(std::make_shared<State>(std::move(name), capacity)) {}
  ~TopicSubscription() { state_->queue.close(); }
  TopicSubscription(const TopicSubscription&) = delete;
  TopicSubscription& operator=(const TopicSubscription&) = delete;

  // Waits for the next value; nothing when stopped, timed out, or the topic is closed and the queue empty.
  std::optional<Ptr> pop(std::stop_token stop, std::chrono::nanoseconds timeout = std::chrono::hours(24)) {
    return counted(state_->queue.pop(stop, timeout));
  }
  std::optional<Ptr> try_pop() { return counted(state_->queue.try_pop()); }

  const std::string& name() const { return state_->name; }
  std::size_t waiting() const { return state_->queue.size(); }
  std::uint64_t dropped() const { return state_->queue.dropped(); }
  bool closed() const { return state_->queue.closed(); }

 private:
  template <typename>
  friend class Topic;

  struct State {
    State(std::string name_, std::size_t capacity) : name(std::move(name_)), queue(capacity) {}
    const std::string name;
    BoundedQueue<Ptr, WhenFull::DropOldest> queue;
    std::atomic<std::uint64_t> delivered{0};
  };

  std::optional<Ptr> counted(std::optional<Ptr> value) {
    if (value) ++state_->delivered;
    return value;
  }

  std::shared_ptr<State> state_;
};

// Publish and subscribe within the process, for values of one type. publish() never waits. Thread-safe.
template <typename T>
class Topic {
 public:
  ~Topic() { close(); }

  void publish(T value) { publish(std::make_shared<const T>(std::move(value))); }
  void publish(std::shared_ptr<const T> value) VIGIL_EXCLUDES(mutex_) {
    ++published_;
    for (const auto& subscriber : living()) subscriber->queue.push(value);
  }

  std::unique_ptr<TopicSubscription<T>> subscribe(std::string name, std::size_t capacity) VIGIL_EXCLUDES(mutex_) {
    auto made = std::make_unique<TopicSubscription<T>>(std::move(name), capacity);
    MutexLock lock(mutex_);
    std::erase_if(subscribers_, [](const auto& weak) { return weak.expired(); });
    subscribers_.push_back(made->state_);
    if (closed_) made->state_->queue.close();
    return made;
  }

  // Subscribers get what is queued, then nothing. For a graceful stop.
  void close() VIGIL_EXCLUDES(mutex_) {
    {
      MutexLock lock(mutex_);
      closed_ = true;
    }
    for (const auto& subscriber : living()) subscriber->queue.close();
  }

  std::vector<SubscriberFigures> figures() const VIGIL_EXCLUDES(mutex_) {
    std::vector<SubscriberFigures> out;
    for (const auto& s : living()) {
      out.push_back({s->name, s->queue.size(), s->queue.capacity(), s->delivered.load(), s->queue.dropped()});
    }
    return out;
  }

  std::uint64_t published() const { return published_.load(); }

 private:
  using Reader = typename TopicSubscription<T>::State;

  std::vector<std::shared_ptr<Reader>> living() const VIGIL_EXCLUDES(mutex_) {
    std::vector<std::shared_ptr<Reader>> out;
    MutexLock lock(mutex_);
    for (const auto& weak : subscribers_) {
      if (auto strong = weak.lock()) out.push_back(std::move(strong));
    }
    return out;
  }

  mutable Mutex mutex_;
  // The subscription owns its queue; the topic only knows it for as long as it lives.
  std::vector<std::weak_ptr<Reader>> subscribers_ VIGIL_GUARDED_BY(mutex_);
  bool closed_ VIGIL_GUARDED_BY(mutex_) = false;
  std::atomic<std::uint64_t> published_{0};
};

}  // namespace vigil::bus
