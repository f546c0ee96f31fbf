#pragma once

#include <atomic>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "base/sync.h"
#include "bus/bus.h"

// Observations on their way from the bus to those who watch a camera, as the text that is sent: made once for all of
// them, and not at all when nobody watches.

namespace vigil::api {

// One who watches a camera: a bounded queue that loses its oldest texts when nobody takes them, and tells.
// Thread-safe.
class ObservationViewer {
 public:
  using Text = std::shared_ptr<const std::string>;
  explicit ObservationViewer(bool tentative, std::size_t capacity = 32);

  // `wake` is called, on any thread and under no lock, when a text comes to an empty queue.
  void on_news(std::function<void()> wake) VIGIL_EXCLUDES(mutex_);
  // The next text, or how many were lost before it: {"lost": 3}. Null: none now.
  Text next() VIGIL_EXCLUDES(mutex_);
  void push(Text text) VIGIL_EXCLUDES(mutex_);
  bool tentative() const { return tentative_; }

 private:
  const bool tentative_;
  const std::size_t capacity_;
  Mutex mutex_;
  std::shared_ptr<const std::function<void()>> wake_ VIGIL_GUARDED_BY(mutex_);
  std::deque<Text> waiting_ VIGIL_GUARDED_BY(mutex_);
  std::size_t lost_ VIGIL_GUARDED_BY(mutex_) = 0;
};

class ObservationHub {
 public:
  // `all` gets every observation, on the hub's thread; may be empty.
  explicit ObservationHub(bus::Observations& topic, std::function<void(const model::Observation&)> all = {});
  ~ObservationHub();  // stops
  // Who leaves lets go of the pointer.
  std::shared_ptr<ObservationViewer> join(const std::string& camera, bool tentative) VIGIL_EXCLUDES(mutex_);
  void stop();  // no viewer is woken afterwards

 private:
  void run(std::stop_token stop);
  void deliver(const model::Observation& seen) VIGIL_EXCLUDES(mutex_);
  std::vector<std::shared_ptr<ObservationViewer>> of(const std::string& camera) VIGIL_EXCLUDES(mutex_);

  std::unique_ptr<bus::ObservationSubscription> observations_;
  const std::function<void(const model::Observation&)> all_;
  Mutex mutex_;
  std::map<std::string, std::vector<std::weak_ptr<ObservationViewer>>> viewers_ VIGIL_GUARDED_BY(mutex_);
  std::jthread thread_;
};

}  // namespace vigil::api
