#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "api/observation_hub.h"
#include "base/sync.h"
#include "store/jobs.h"

// What happens to jobs, as it is told to those who follow: read from the store, so that it does not matter which
// machine does them. Read once for all who follow, and not at all when nobody does.

namespace vigil::api {

std::string job_news(const model::JobEvent& event);  // JSON: JobNews of the contract
std::string job_news(const model::Job& job);         // how far it is

// One who follows. What is too much for them is dropped, oldest first, and they are told how much it was.
class JobFollower {
 public:
  JobFollower(std::optional<std::string> owner, std::optional<std::uint64_t> after)
      : owner_(std::move(owner)), after_(after) {}
  void on_news(std::function<void()> wake) { queue_.on_news(std::move(wake)); }
  ObservationViewer::Text next() { return queue_.next(); }

 private:
  friend class JobHub;
  bool may_see(const std::string& owner) const { return !owner_ || *owner_ == owner; }
  const std::optional<std::string> owner_;    // nothing: everybody's
  const std::optional<std::uint64_t> after_;  // what came after this is told first
  bool caught_up_ = false;                    // of the hub's thread
  ObservationViewer queue_{false, 1024};
};

class JobHub {
 public:
  explicit JobHub(store::Jobs& jobs);  // must outlive it
  ~JobHub() { stop(); }
  // Who leaves lets go of the pointer.
  std::shared_ptr<JobFollower> join(std::optional<std::string> owner, std::optional<std::uint64_t> after)
      VIGIL_EXCLUDES(mutex_);
  void stop();  // no follower is woken afterwards

 private:
  using Followers = std::vector<std::shared_ptr<JobFollower>>;
  void run(const std::stop_token& stop) VIGIL_EXCLUDES(mutex_);
  Followers present() VIGIL_EXCLUDES(mutex_);
  Result<void> look(const Followers& followers);
  Result<void> catch_up(JobFollower& follower);
  Result<void> tell_events(const Followers& followers);
  Result<void> tell_progress(const Followers& followers);

  store::Jobs& jobs_;
  Mutex mutex_;
  CondVar changed_;
  std::vector<std::weak_ptr<JobFollower>> followers_ VIGIL_GUARDED_BY(mutex_);
  // Of the thread: up to where everybody was told, what of the last was, and where that began.
  std::optional<std::uint64_t> told_;
  std::uint64_t begin_ = 0;
  std::set<std::uint64_t> seen_;
  std::map<std::string, std::pair<double, std::string>> progress_;
  std::jthread thread_;
};

}  // namespace vigil::api
