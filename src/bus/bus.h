#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/queue.h"
#include "base/sync.h"
#include "model/event.h"

namespace vigil::bus {

using EventPtr = std::shared_ptr<const model::Event>;

// One reader of the bus: a bounded queue that drops its oldest events when the reader is late, and counts them.
// Leaves the bus when destroyed. Thread-safe.
class Subscription {
 public:
  ~Subscription();
  // Waits for the next event; nothing when stopped, timed out, or the bus is closed and the queue empty.
  std::optional<EventPtr> pop(std::stop_token stop, std::chrono::nanoseconds timeout = std::chrono::hours(24));
  std::optional<EventPtr> try_pop();
  const std::string& name() const;
  std::size_t waiting() const;
  std::uint64_t dropped() const;
  bool closed() const;

 private:
  friend class Bus;
  struct State;
  explicit Subscription(std::shared_ptr<State> state) : state_(std::move(state)) {}
  std::shared_ptr<State> state_;
};

struct SubscriberFigures {
  std::string name;
  std::size_t waiting = 0;
  std::size_t capacity = 0;
  std::uint64_t delivered = 0, dropped = 0;
};

// Publish/subscribe within the process. publish() never waits. Thread-safe.
class Bus {
 public:
  Bus();
  ~Bus();
  void publish(model::Event event);
  std::unique_ptr<Subscription> subscribe(std::string name, std::size_t capacity);
  // Subscribers get what is queued, then nothing. For a graceful stop.
  void close();
  std::vector<SubscriberFigures> figures() const;
  std::uint64_t published() const;

 private:
  struct State;
  std::shared_ptr<State> state_;
};

}  // namespace vigil::bus
