#include "bus/bus.h"

#include <algorithm>
#include <atomic>

namespace vigil::bus {

struct Subscription::State {
  State(std::string name_, std::size_t capacity) : name(std::move(name_)), queue(capacity) {}
  const std::string name;
  BoundedQueue<EventPtr, WhenFull::DropOldest> queue;
  std::atomic<std::uint64_t> delivered{0};
};

struct Bus::State {
  Mutex mutex;
  // The subscription owns its queue; the bus only knows it for as long as it lives.
  std::vector<std::weak_ptr<Subscription::State>> subscribers VIGIL_GUARDED_BY(mutex);
  bool closed VIGIL_GUARDED_BY(mutex) = false;
  std::atomic<std::uint64_t> published{0};

  std::vector<std::shared_ptr<Subscription::State>> living() VIGIL_EXCLUDES(mutex) {
    std::vector<std::shared_ptr<Subscription::State>> out;
    MutexLock lock(mutex);
    for (const auto& weak : subscribers) {
      if (auto strong = weak.lock()) out.push_back(std::move(strong));
    }
    return out;
  }
};

Subscription::~Subscription() {
  state_->queue.close();
}

std::optional<EventPtr> Subscription::pop(std::stop_token stop, std::chrono::nanoseconds timeout) {
  auto event = state_->queue.pop(stop, timeout);
  if (event) ++state_->delivered;
  return event;
}

std::optional<EventPtr> Subscription::try_pop() {
  auto event = state_->queue.try_pop();
  if (event) ++state_->delivered;
  return event;
}

const std::string& Subscription::name() const {
  return state_->name;
}
std::size_t Subscription::waiting() const {
  return state_->queue.size();
}
std::uint64_t Subscription::dropped() const {
  return state_->queue.dropped();
}
bool Subscription::closed() const {
  return state_->queue.closed();
}

Bus::Bus() : state_(std::make_shared<State>()) {}
Bus::~Bus() {
  close();
}

void Bus::publish(model::Event event) {
  auto shared = std::make_shared<const model::Event>(std::move(event));
  ++state_->published;
  for (const auto& subscriber : state_->living()) subscriber->queue.push(shared);
}

std::unique_ptr<Subscription> Bus::subscribe(std::string name, std::size_t capacity) {
  auto made = std::make_shared<Subscription::State>(std::move(name), capacity);
  MutexLock lock(state_->mutex);
  std::erase_if(state_->subscribers, [](const auto& weak) { return weak.expired(); });
  state_->subscribers.push_back(made);
  if (state_->closed) made->queue.close();
  return std::unique_ptr<Subscription>(new Subscription(std::move(made)));
}

void Bus::close() {
  {
    MutexLock lock(state_->mutex);
    state_->closed = true;
  }
  for (const auto& subscriber : state_->living()) subscriber->queue.close();
}

std::vector<SubscriberFigures> Bus::figures() const {
  std::vector<SubscriberFigures> out;
  for (const auto& s : state_->living()) {
    out.push_back({s->name, s->queue.size(), s->queue.capacity(), s->delivered.load(), s->queue.dropped()});
  }
  return out;
}

std::uint64_t Bus::published() const {
  return state_->published.load();
}

}  // namespace vigil::bus
