#pragma once

#include <algorithm>
#include <chrono>
#include <functional>
#include <thread>
#include <utility>
#include <vector>

#include "base/sync.h"
#include "pipeline/analyst.h"

// Keeps what an analyst tells, for tests. Header-only.

namespace vigil::analyser {

constexpr std::chrono::seconds kLong{30};

class Listener final : public pipeline::AnalystListener {
 public:
  void done(const pipeline::Outcome& outcome) override {
    MutexLock lock(mutex_);
    outcomes_.push_back(outcome);
    changed_.notify_all();
  }
  void observed(model::Observation seen) override {
    MutexLock lock(mutex_);
    seen_.push_back(std::move(seen));
    changed_.notify_all();
  }
  void figures(const pipeline::AnalysisFigures& figures) override {
    MutexLock lock(mutex_);
    figures_ = figures;
    changed_.notify_all();
  }
  void rendered(model::Rendition rendition, media::Packet packet) override {
    MutexLock lock(mutex_);
    rendered_.emplace_back(rendition, std::move(packet));
    changed_.notify_all();
  }
  void sounded(media::Packet packet) override {
    MutexLock lock(mutex_);
    sounded_.push_back(std::move(packet));
    changed_.notify_all();
  }
  void ready() override {
    MutexLock lock(mutex_);
    ++ready_;
    changed_.notify_all();
  }
  void lost(std::uint64_t poison) override {
    MutexLock lock(mutex_);
    lost_.push_back(poison);
    changed_.notify_all();
  }

  bool wait(const std::function<bool()>& condition) {
    MutexLock lock(mutex_);
    return changed_.wait_for(lock, kLong, [&] { return condition(); });
  }
  bool wait_done(std::size_t count) {
    return wait([&]() VIGIL_NO_THREAD_SAFETY_ANALYSIS { return outcomes_.size() >= count; });
  }
  bool wait_lost(std::size_t count) {
    return wait([&]() VIGIL_NO_THREAD_SAFETY_ANALYSIS { return lost_.size() >= count; });
  }
  bool wait_seen(std::size_t count) {
    return wait([&]() VIGIL_NO_THREAD_SAFETY_ANALYSIS { return seen_.size() >= count; });
  }
  int readies() {
    MutexLock lock(mutex_);
    return ready_;
  }
  // That something was seen that is as it says.
  bool wait_until_seen(const std::function<bool(const model::Observation&)>& as_wanted) {
    return wait([&]() VIGIL_NO_THREAD_SAFETY_ANALYSIS { return std::any_of(seen_.begin(), seen_.end(), as_wanted); });
  }
  bool wait_ready_beyond(int count) {
    return wait([&]() VIGIL_NO_THREAD_SAFETY_ANALYSIS { return ready_ > count; });
  }
  std::vector<pipeline::Outcome> outcomes() {
    MutexLock lock(mutex_);
    return outcomes_;
  }
  std::vector<model::Observation> seen() {
    MutexLock lock(mutex_);
    return seen_;
  }
  pipeline::AnalysisFigures last_figures() {
    MutexLock lock(mutex_);
    return figures_;
  }
  bool wait_rendered(std::size_t count) {
    return wait([&]() VIGIL_NO_THREAD_SAFETY_ANALYSIS { return rendered_.size() >= count; });
  }
  std::vector<std::pair<model::Rendition, media::Packet>> rendered() {
    MutexLock lock(mutex_);
    return rendered_;
  }
  std::vector<media::Packet> sounded() {
    MutexLock lock(mutex_);
    return sounded_;
  }
  std::vector<std::uint64_t> lost_calls() {
    MutexLock lock(mutex_);
    return lost_;
  }

 private:
  Mutex mutex_;
  CondVar changed_;
  std::vector<pipeline::Outcome> outcomes_;
  std::vector<model::Observation> seen_;
  std::vector<std::uint64_t> lost_;
  std::vector<std::pair<model::Rendition, media::Packet>> rendered_;
  std::vector<media::Packet> sounded_;
  pipeline::AnalysisFigures figures_;
  int ready_ = 0;
};

// Sends as soon as it is taken.
inline bool send(pipeline::Analyst& analyst, Listener& listener, const media::PacketPtr& packet,
                 const pipeline::Order& order = {}) {
  for (;;) {
    const auto before = listener.readies();
    if (analyst.send(packet, order)) return true;
    if (!listener.wait_ready_beyond(before)) return false;
  }
}

// Figures are told twice a second.
inline bool eventually(const std::function<bool()>& condition) {
  const auto deadline = std::chrono::steady_clock::now() + kLong;
  while (!condition()) {
    if (std::chrono::steady_clock::now() > deadline) return false;
    std::this_thread::yield();
  }
  return true;
}

}  // namespace vigil::analyser
