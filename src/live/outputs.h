#pragma once

#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "base/sync.h"
#include "live/fragments.h"

namespace vigil::live {

// The fragments of all camera streams, and the one thread that makes them: a fragment costs microseconds. Thread-safe.
class Outputs {
 public:
  // `open` gets a stream of a camera; called on the thread of this.
  using Open = std::function<Result<Source>(const std::string& camera, const std::string& stream)>;
  Outputs(Open open, FragmentsConfig config, Clock& clock);
  ~Outputs();  // stops
  // Lets go of all streams; no reader is woken afterwards.
  void stop();

  // Of a stream that there is: made when it is asked for first. An idle one is a few hundred bytes.
  std::shared_ptr<Fragments> of(const std::string& camera, const std::string& stream) VIGIL_EXCLUDES(mutex_);

  struct Figures {
    std::string camera, stream;
    Fragments::Figures fragments;
  };
  std::vector<Figures> figures() const VIGIL_EXCLUDES(mutex_);

 private:
  using Key = std::pair<std::string, std::string>;
  void run(std::stop_token stop);
  void want(const Key& key) VIGIL_EXCLUDES(mutex_);
  std::vector<std::shared_ptr<Fragments>> all() const VIGIL_EXCLUDES(mutex_);
  bool look_after_all() VIGIL_EXCLUDES(mutex_);  // true: there is one in use

  const Open open_;
  const FragmentsConfig config_;
  Clock& clock_;
  mutable Mutex mutex_;
  CondVar came_;
  std::map<Key, std::shared_ptr<Fragments>> outputs_ VIGIL_GUARDED_BY(mutex_);
  std::set<Key> waiting_ VIGIL_GUARDED_BY(mutex_);  // have work
  std::jthread thread_;
};

}  // namespace vigil::live
