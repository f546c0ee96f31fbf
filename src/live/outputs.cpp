#include "live/outputs.h"

#include <algorithm>

namespace vigil::live {
namespace {
constexpr std::chrono::milliseconds kTick{250};
constexpr std::size_t kMostIdle = 1024;
}  // namespace

Outputs::Outputs(Open open, FragmentsConfig config, Clock& clock)
    : open_(std::move(open)), config_(config), clock_(clock), thread_([this](std::stop_token stop) { run(stop); }) {}

Outputs::~Outputs() {
  stop();
}

void Outputs::stop() {
  thread_.request_stop();
  if (!thread_.joinable()) return;
  thread_.join();
  for (const auto& fragments : all()) fragments->stop();
}

std::shared_ptr<Fragments> Outputs::of(const std::string& camera, const std::string& stream) {
  const Key key{camera, stream};
  MutexLock lock(mutex_);
  auto& one = outputs_[key];
  if (!one) {
    one = std::make_shared<Fragments>([open = open_, key] { return open(key.first, key.second); }, config_, clock_);
    one->on_work([this, key] { want(key); });
  }
  return one;
}

void Outputs::want(const Key& key) {
  {
    MutexLock lock(mutex_);
    if (!waiting_.insert(key).second) return;
  }
  came_.notify_one();
}

std::vector<std::shared_ptr<Fragments>> Outputs::all() const {
  MutexLock lock(mutex_);
  std::vector<std::shared_ptr<Fragments>> out;
  for (const auto& [key, one] : outputs_) out.push_back(one);
  return out;
}

bool Outputs::look_after_all() {
  bool used = false;
  for (const auto& one : all()) {
    one->tick();
    used = used || !one->idle();
  }
  MutexLock lock(mutex_);
  // Those of cameras that are gone: whoever still holds one may come back to it.
  if (outputs_.size() > kMostIdle) {
    std::erase_if(outputs_, [](const auto& entry) { return entry.second.use_count() == 1 && entry.second->idle(); });
  }
  return used;
}

void Outputs::run(std::stop_token stop) {
  auto ticked = clock_.steady();
  bool used = false;
  while (!stop.stop_requested()) {
    std::vector<std::shared_ptr<Fragments>> work;
    {
      MutexLock lock(mutex_);
      auto there = [this]() VIGIL_REQUIRES(mutex_) { return !waiting_.empty(); };
      if (used) {
        came_.wait_for(lock, stop, kTick, there);
      } else {
        came_.wait(lock, stop, there);
      }
      for (const auto& key : waiting_) {
        if (auto found = outputs_.find(key); found != outputs_.end()) work.push_back(found->second);
      }
      waiting_.clear();
    }
    if (stop.stop_requested()) return;
    for (const auto& one : work) one->work();
    work.clear();
    if (used && clock_.steady() - ticked < kTick) continue;
    ticked = clock_.steady();
    used = look_after_all();
  }
}

std::vector<Outputs::Figures> Outputs::figures() const {
  std::vector<Figures> out;
  MutexLock lock(mutex_);
  for (const auto& [key, one] : outputs_) out.push_back({key.first, key.second, one->figures()});
  return out;
}

}  // namespace vigil::live
