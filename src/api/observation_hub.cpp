#include "api/observation_hub.h"

#include <algorithm>

#include "model/observation_json.h"

namespace vigil::api {

ObservationViewer::ObservationViewer(bool tentative, std::size_t capacity)
    : tentative_(tentative), capacity_(capacity) {}

void ObservationViewer::on_news(std::function<void()> wake) {
  auto shared = std::make_shared<const std::function<void()>>(std::move(wake));
  MutexLock lock(mutex_);
  wake_ = std::move(shared);
}

void ObservationViewer::push(Text text) {
  std::shared_ptr<const std::function<void()>> wake;
  {
    MutexLock lock(mutex_);
    if (waiting_.empty()) wake = wake_;
    if (waiting_.size() >= capacity_) {
      waiting_.pop_front();
      ++lost_;
    }
    waiting_.push_back(std::move(text));
  }
  if (wake) (*wake)();
}

ObservationViewer::Text ObservationViewer::next() {
  MutexLock lock(mutex_);
  if (waiting_.empty()) return nullptr;
  if (lost_ > 0) {
    auto text = std::make_shared<const std::string>("{\"lost\":" + std::to_string(lost_) + "}");
    lost_ = 0;
    return text;
  }
  auto text = std::move(waiting_.front());
  waiting_.pop_front();
  return text;
}

ObservationHub::ObservationHub(bus::Observations& topic, std::function<void(const model::Observation&)> all)
    : observations_(topic.subscribe("viewers", 1024)),
      all_(std::move(all)),
      thread_([this](std::stop_token stop) { run(stop); }) {}

ObservationHub::~ObservationHub() {
  stop();
}

void ObservationHub::stop() {
  thread_.request_stop();
  if (thread_.joinable()) thread_.join();
}

std::shared_ptr<ObservationViewer> ObservationHub::join(const std::string& camera, bool tentative) {
  auto viewer = std::make_shared<ObservationViewer>(tentative);
  MutexLock lock(mutex_);
  viewers_[camera].push_back(viewer);
  return viewer;
}

void ObservationHub::run(std::stop_token stop) {
  while (!stop.stop_requested()) {
    auto seen = observations_->pop(stop);
    if (seen && all_) all_(**seen);
    if (seen) deliver(**seen);
    if (!seen && observations_->closed()) return;
  }
}

std::vector<std::shared_ptr<ObservationViewer>> ObservationHub::of(const std::string& camera) {
  std::vector<std::shared_ptr<ObservationViewer>> out;
  MutexLock lock(mutex_);
  auto found = viewers_.find(camera);
  if (found == viewers_.end()) return out;
  for (const auto& weak : found->second) {
    if (auto viewer = weak.lock()) out.push_back(std::move(viewer));
  }
  if (out.size() < found->second.size()) std::erase_if(found->second, [](const auto& weak) { return weak.expired(); });
  if (found->second.empty()) viewers_.erase(found);
  return out;
}

void ObservationHub::deliver(const model::Observation& seen) {
  const auto viewers = of(seen.camera_id);
  if (viewers.empty()) return;
  auto text_of = [](const model::Observation& one) { return std::make_shared<const std::string>(to_json_text(one)); };
  const bool unsure = std::any_of(seen.objects.begin(), seen.objects.end(),
                                  [](const auto& object) { return object.state == model::TrackState::Tentative; });
  ObservationViewer::Text whole, believed;
  for (const auto& viewer : viewers) {
    if (viewer->tentative() || !unsure) {
      if (!whole) whole = text_of(seen);
      viewer->push(whole);
      continue;
    }
    if (!believed) {
      auto sure = seen;
      std::erase_if(sure.objects, [](const auto& object) { return object.state == model::TrackState::Tentative; });
      believed = text_of(sure);
    }
    viewer->push(believed);
  }
}

}  // namespace vigil::api
