#include "app/scene_teller.h"

#include <utility>

#include "base/ids.h"
#include "base/log.h"
#include "base/redact.h"
#include "records/picture_files.h"

namespace vigil::app {
namespace {

constexpr Nanos kComplain = std::chrono::minutes(10);
constexpr Nanos kPause = std::chrono::seconds(5);  // after a failure
constexpr std::size_t kMaxCameras = 10000;

}  // namespace

SceneTeller::SceneTeller(SceneTellerConfig config, std::unique_ptr<bus::ObservationSubscription> observations,
                         records::Writer::Pictures pictures, Write write, Clock& clock)
    : config_(std::move(config)),
      observations_(std::move(observations)),
      pictures_(std::move(pictures)),
      write_(std::move(write)),
      clock_(clock),
      client_(config_.endpoint) {}

SceneTeller::~SceneTeller() {
  stop();
}

void SceneTeller::start() {
  log::info("pictures of cameras whose scene is looked at are sent to the scene endpoint",
            {{"endpoint", redact(config_.endpoint.url)}, {"model", config_.endpoint.model}});
  asking_ = std::jthread([this](std::stop_token stop) { ask(std::move(stop)); });
  listening_ = std::jthread([this](std::stop_token stop) { listen(std::move(stop)); });
}

void SceneTeller::stop() {
  for (auto* thread : {&asking_, &listening_}) thread->request_stop();
  for (auto* thread : {&asking_, &listening_}) {
    if (thread->joinable()) thread->join();
  }
}

void SceneTeller::listen(std::stop_token stop) {
  while (!stop.stop_requested()) {
    if (auto frame = observations_->pop(stop)) {
      consider(**frame);
    } else if (observations_->closed()) {
      return;
    }
  }
}

// The picture is taken now: when its turn comes, the camera shows something else.
void SceneTeller::consider(const model::Observation& frame) {
  if (!frame.scene) return;
  {
    MutexLock lock(mutex_);
    const auto found = last_.find(frame.camera_id);
    const bool due =
        found == last_.end() || frame.captured < found->second || frame.captured - found->second >= config_.interval;
    if (!due || (found == last_.end() && last_.size() >= kMaxCameras)) return;
    last_[frame.camera_id] = frame.captured;
    if (queue_.size() >= config_.queue) {
      ++figures_.left_out;
      return;
    }
  }
  auto picture = pictures_(frame.camera_id, frame.sequence, frame.captured);
  const bool usable = picture && !picture->jpeg.empty() && picture->jpeg.size() <= config_.max_jpeg;
  {
    MutexLock lock(mutex_);
    if (!usable) {
      ++figures_.left_out;
      return;
    }
    queue_.push_back({*frame.scene, frame.camera_id, frame.sequence, frame.captured, std::move(*picture)});
  }
  wanted_.notify_one();
}

void SceneTeller::ask(std::stop_token stop) {
  while (!stop.stop_requested()) {
    std::optional<Wanted> wanted;
    {
      MutexLock lock(mutex_);
      wanted_.wait_for(lock, stop, kLongestWait, [this]() VIGIL_REQUIRES(mutex_) { return !queue_.empty(); });
      if (stop.stop_requested() || queue_.empty()) continue;
      wanted = std::move(queue_.front());
      queue_.pop_front();
      ++figures_.asked;
    }
    auto words = client_.describe(wanted->picture.jpeg, stop);
    if (words) {
      tell(std::move(*wanted), std::move(*words));
    } else if (words.error().kind != ErrorKind::Cancelled) {
      failed(words.error());
      clock_.sleep(kPause, stop);
    }
  }
}

void SceneTeller::tell(Wanted wanted, std::string words) {
  store::RecordBatch batch;
  model::SceneRecord scene;
  scene.id = "scene-" + random_hex(12);
  scene.camera_id = wanted.camera_id;
  scene.time = wanted.captured;
  scene.type = wanted.scene.type;
  scene.confidence = wanted.scene.confidence;
  scene.description = std::move(words);
  scene.model = config_.endpoint.model;
  const auto path = records::picture_path(wanted.camera_id, wanted.captured, scene.id);
  if (auto written = records::write_picture(config_.data_dir, path, wanted.picture.jpeg); written.ok()) {
    scene.key_frame_id = scene.id;
    model::KeyFrame key;
    key.id = scene.id;
    key.camera_id = wanted.camera_id;
    key.sequence = wanted.sequence;
    key.time = wanted.captured;
    key.width = wanted.picture.width;
    key.height = wanted.picture.height;
    key.path = path;
    key.bytes = wanted.picture.jpeg.size();
    batch.key_frames.push_back(std::move(key));
  }
  batch.scenes.push_back(std::move(scene));
  const bool taken = write_(std::move(batch));
  MutexLock lock(mutex_);
  ++(taken ? figures_.told : figures_.failed);
}

void SceneTeller::failed(const Error& error) {
  std::uint64_t count = 0;
  {
    MutexLock lock(mutex_);
    count = ++figures_.failed;
  }
  const auto now = clock_.steady();
  if (complained_ever_ && now - complained_ < kComplain) return;
  complained_ever_ = true;
  complained_ = now;
  log::warn("scenes cannot be described", {{"reason", redact(error.message)}, {"failed", count}});
}

SceneFigures SceneTeller::figures() const {
  MutexLock lock(mutex_);
  return figures_;
}

}  // namespace vigil::app
