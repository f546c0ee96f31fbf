#include "cameras/cameras.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <thread>

#include "base/ids.h"
#include "base/log.h"
#include "cameras/runner.h"
#include "pipeline/open_picture.h"
#include "pipeline/opus_streams.h"

namespace vigil::cameras {
namespace {

Error unknown(const std::string& id) {
  // The id is echoed only when it has the form of one.
  return make_error(ErrorKind::NotFound,
                    model::is_valid_camera_id(id) ? "there is no camera " + id : "there is no such camera",
                    "camera.not_found");
}

constexpr std::size_t kStreamKeyBytes = 24;

// An encoder is known by its key alone.
Result<void> check_key_is_free(store::CameraRepository& repository, const model::Camera& camera) {
  if (camera.stream_key.empty()) return {};
  VIGIL_ASSIGN(const auto all, repository.list());
  for (const auto& other : all) {
    if (other.id != camera.id && other.stream_key == camera.stream_key) {
      return make_error(ErrorKind::AlreadyExists, "another camera has this stream key", "stream_key.taken",
                        "/password");
    }
  }
  return {};
}

}  // namespace

struct Cameras::State {
  using RunnerPtr = std::shared_ptr<Runner>;

  State(Config config_, std::shared_ptr<const ingest::EgressPolicy> egress_, store::CameraRepository& repository_,
        pipeline::Outlets outlets_, Clock& clock_, pipeline::Analysts& analysts_)
      : config(std::move(config_)),
        egress(std::move(egress_)),
        repository(repository_),
        outlets(outlets_),
        clock(clock_),
        analysts(analysts_),
        limiter(config.connects_per_second, static_cast<int>(config.connects_per_second / 2) + 1, clock_),
        opus(analysts_, config.pipeline.linger, clock_) {}

  RunnerPtr make(const model::Camera& camera) {
    return std::make_shared<Runner>(camera,
                                    Surroundings{config, egress, limiter, loop.loop(), outlets, clock, analysts});
  }

  RunnerPtr find(const std::string& id) const VIGIL_EXCLUDES(mutex) {
    MutexLock lock(mutex);
    auto found = runners.find(id);
    return found == runners.end() ? nullptr : found->second;
  }

  std::vector<RunnerPtr> all() const VIGIL_EXCLUDES(mutex) {
    MutexLock lock(mutex);
    std::vector<RunnerPtr> out;
    for (const auto& [id, runner] : runners) out.push_back(runner);
    return out;
  }

  // How many are being made, over all cameras.
  int renditions() const VIGIL_EXCLUDES(mutex) {
    int count = 0;
    for (const auto& runner : all()) {
      const auto running = runner->renditions();
      count += (running.annotated ? 1 : 0) + (running.h264 ? 1 : 0);
    }
    return count;
  }

  void put(const std::string& id, RunnerPtr runner) VIGIL_EXCLUDES(mutex) {
    MutexLock lock(mutex);
    runners[id] = std::move(runner);
  }

  RunnerPtr take(const std::string& id) VIGIL_EXCLUDES(mutex) {
    MutexLock lock(mutex);
    auto found = runners.find(id);
    if (found == runners.end()) return nullptr;
    auto runner = std::move(found->second);
    runners.erase(found);
    return runner;
  }

  void announce(const std::string& id, model::CameraChanged::What what) {
    outlets.events.publish({id, clock.wall(), model::CameraChanged{what}});
  }

  void watch(std::stop_token stop) {
    auto last_check = clock.steady();
    while (clock.sleep(std::chrono::seconds(1), stop)) {
      monitor_seen = clock.steady();
      bool check = clock.steady() - last_check >= config.health_interval;
      if (check) last_check = clock.steady();
      for (const auto& runner : all()) {
        runner->release_idle();
        if (check) runner->check_health();
      }
    }
  }

  const Config config;
  const std::shared_ptr<const ingest::EgressPolicy> egress;
  store::CameraRepository& repository;
  const pipeline::Outlets outlets;
  Clock& clock;
  pipeline::Analysts& analysts;
  ingest::ConnectLimiter limiter;
  ingest::LoopThread loop;  // outlives the runners, whose sessions live on it
  pipeline::OpusStreams opus;

  Mutex changing;         // one change at a time: store and runners stay in step. Taken before `mutex`.
  Mutex rendition_mutex;  // held while one is begun
  mutable Mutex mutex;
  std::map<std::string, RunnerPtr> runners VIGIL_GUARDED_BY(mutex);
  std::atomic<SteadyTime> monitor_seen{SteadyTime{}};
  std::jthread monitor;
};

Cameras::Cameras(Config config, std::shared_ptr<const ingest::EgressPolicy> egress, store::CameraRepository& repository,
                 pipeline::Outlets outlets, Clock& clock, pipeline::Analysts& analysts)
    : state_(std::make_unique<State>(std::move(config), std::move(egress), repository, outlets, clock, analysts)) {}

Cameras::~Cameras() {
  stop();
}

Result<void> Cameras::start() {
  if (!state_->config.data_dir.empty()) {
    std::error_code error;
    std::filesystem::create_directories(std::filesystem::path(state_->config.data_dir) / "snapshots", error);
    if (error) return make_error(ErrorKind::Unavailable, "cannot make the folder for snapshots: " + error.message());
  }
  VIGIL_ASSIGN(auto cameras, state_->repository.list());
  for (const auto& camera : cameras) {
    auto runner = state_->make(camera);
    runner->start();
    state_->put(camera.id, std::move(runner));
  }
  state_->monitor_seen = state_->clock.steady();
  state_->monitor = std::jthread([this](std::stop_token stop) { state_->watch(stop); });
  return {};
}

void Cameras::stop() {
  state_->monitor.request_stop();
  if (state_->monitor.joinable()) state_->monitor.join();
  // All are asked before the first is waited for, so that stopping takes as long as the slowest, not as all together.
  auto runners = state_->all();
  for (const auto& runner : runners) runner->request_stop();
  for (const auto& runner : runners) runner->stop();
  state_->opus.stop();
}

Result<model::Camera> Cameras::add(const model::Camera& camera, bool allow_local) {
  VIGIL_TRY(model::validate(camera, allow_local));
  MutexLock lock(state_->changing);
  VIGIL_TRY(check_key_is_free(state_->repository, camera));
  VIGIL_ASSIGN(auto stored, state_->repository.insert(camera));
  auto runner = state_->make(stored);
  runner->start();
  state_->put(stored.id, std::move(runner));
  state_->announce(stored.id, model::CameraChanged::What::Added);
  return stored;
}

Result<model::Camera> Cameras::change(const model::Camera& camera, bool allow_local) {
  MutexLock lock(state_->changing);
  VIGIL_ASSIGN(auto before, get(camera.id));
  // What reads the server's own files may go on doing so: only pointing it elsewhere needs the permission.
  bool same_source = before.source_type == camera.source_type && before.streams == camera.streams;
  VIGIL_TRY(model::validate(camera, allow_local || same_source));
  if (!(before.stream_key == camera.stream_key)) VIGIL_TRY(check_key_is_free(state_->repository, camera));
  VIGIL_ASSIGN(auto stored, state_->repository.update(camera));
  auto running = state_->find(stored.id);
  if (!running || !running->adopt(stored)) {
    if (running) running->stop();
    auto runner = state_->make(stored);
    runner->start();
    state_->put(stored.id, std::move(runner));
  }
  state_->announce(stored.id, model::CameraChanged::What::Changed);
  return stored;
}

Result<void> Cameras::remove(const std::string& id) {
  MutexLock lock(state_->changing);
  if (auto removed = state_->repository.remove(id); !removed.ok()) {
    return removed.error().kind == ErrorKind::NotFound ? unknown(id) : std::move(removed).error();
  }
  if (auto runner = state_->take(id)) {
    runner->stop();
    runner->forget();
  }
  state_->announce(id, model::CameraChanged::What::Removed);
  return {};
}

Result<model::Camera> Cameras::set_enabled(const std::string& id, bool enabled) {
  // Read and written back by version; somebody else's change in between is simply read again.
  for (int attempt = 0; attempt < 3; ++attempt) {
    VIGIL_ASSIGN(auto camera, get(id));
    if (camera.enabled == enabled) return camera;
    camera.enabled = enabled;
    auto changed = change(camera, true);
    if (changed.ok() || changed.error().kind != ErrorKind::Conflict) return changed;
  }
  return make_error(ErrorKind::Conflict, "camera " + id + " is being changed by others; try again");
}

Result<std::vector<model::Camera>> Cameras::list() const {
  return state_->repository.list();
}

Result<model::Camera> Cameras::get(const std::string& id) const {
  if (!model::is_valid_camera_id(id)) return unknown(id);
  auto camera = state_->repository.get(id);
  if (!camera.ok() && camera.error().kind == ErrorKind::NotFound) return unknown(id);
  return camera;
}

Result<model::CameraStatus> Cameras::status(const std::string& id) const {
  auto runner = state_->find(id);
  if (!runner) return unknown(id);
  return runner->status();
}

std::map<std::string, model::CameraStatus> Cameras::statuses() const {
  std::map<std::string, model::CameraStatus> out;
  for (const auto& runner : state_->all()) {
    auto status = runner->status();
    auto id = status.camera_id;
    out.emplace(std::move(id), std::move(status));
  }
  return out;
}

Result<pipeline::AnalysisFigures> Cameras::analysis(const std::string& id) const {
  auto runner = state_->find(id);
  if (!runner) return unknown(id);
  return runner->analysis();
}

Result<void> Cameras::retry_now(const std::string& id) {
  auto runner = state_->find(id);
  if (!runner) return unknown(id);
  runner->retry_now();
  return {};
}

Result<void> Cameras::push(const std::string& id, std::span<const std::uint8_t> image,
                           std::optional<WallTime> timestamp) {
  auto runner = state_->find(id);
  if (!runner) return unknown(id);
  VIGIL_TRY(media::inspect_image(image));
  return runner->push(image, timestamp);
}

Result<ingest::Publication> Cameras::publication(const Secret& stream_key) const {
  for (const auto& runner : state_->all()) {
    if (runner->has_stream_key(stream_key)) return runner->publication();
  }
  return make_error(ErrorKind::NotFound, "no camera has this stream key", "stream_key.unknown");
}

Result<Secret> Cameras::renew_stream_key(const std::string& id) {
  const Secret key(random_token(kStreamKeyBytes));
  for (int attempt = 0;; ++attempt) {
    VIGIL_ASSIGN(auto camera, get(id));
    if (camera.source_type != model::SourceType::RtmpPush) {
      return make_error(ErrorKind::FailedPrecondition,
                        "camera " + id + " is a " + model::to_string(camera.source_type) +
                            " camera: only rtmp_push cameras have a stream key",
                        "camera.not_published");
    }
    camera.stream_key = key;
    auto changed = change(camera, false);
    if (changed.ok()) return key;
    if (changed.error().kind != ErrorKind::Conflict || attempt == 2) return std::move(changed).error();
  }
}

Result<Picture> Cameras::latest(const std::string& id, const media::JpegOptions& options, bool annotated) {
  auto runner = state_->find(id);
  if (!runner) return unknown(id);
  return runner->latest(options, annotated);
}

media::FramePtr Cameras::annotate(const std::string& id, const media::FramePtr& frame) const {
  const auto runner = state_->find(id);
  return runner ? runner->annotate(frame) : frame;
}

Result<Picture> Cameras::at(const std::string& id, std::chrono::milliseconds age, const media::JpegOptions& options) {
  auto runner = state_->find(id);
  if (!runner) return unknown(id);
  return runner->at(state_->clock.wall() - age, options);
}

Result<std::vector<Picture>> Cameras::burst(const std::string& id, int count, const media::JpegOptions& options) {
  auto runner = state_->find(id);
  if (!runner) return unknown(id);
  return runner->burst(count, options);
}

Result<media::FramePtr> Cameras::next_frame(const std::string& id, std::uint64_t after,
                                            std::chrono::milliseconds timeout, std::stop_token stop) {
  auto runner = state_->find(id);
  if (!runner) return unknown(id);
  return runner->next_frame(after, timeout, stop);
}

Result<std::vector<std::string>> Cameras::live_streams(const std::string& id) const {
  auto runner = state_->find(id);
  if (!runner) return unknown(id);
  return runner->live_streams();
}

Result<LiveStream> Cameras::live_stream(const std::string& id, const std::string& name) {
  auto runner = state_->find(id);
  if (!runner) return unknown(id);
  const auto rendition = model::rendition_from(name);
  if (!rendition) return runner->live_stream(name);
  // One at a time, so that no two take the last place.
  MutexLock lock(state_->rendition_mutex);
  if (!runner->renditions().has(*rendition) && state_->renditions() >= state_->config.max_renditions) {
    return make_error(
        ErrorKind::ResourceExhausted,
        fmt::format("{} streams are being encoded, and no more may be (live.renditions); watch one of the "
                    "camera's own, or try again when fewer are watched",
                    state_->config.max_renditions),
        "renditions.limit");
  }
  return runner->rendition(*rendition);
}

pipeline::HeldStream Cameras::opus(const std::string& id, const std::shared_ptr<stream::Stream>& stream) {
  return state_->opus.open(id, stream);
}

int Cameras::opus_tracks() const {
  return static_cast<int>(state_->opus.running());
}

int Cameras::renditions() const {
  return state_->renditions();
}

ingest::ProbeReport Cameras::probe(const model::Camera& camera, std::chrono::milliseconds limit,
                                   std::stop_token stop) const {
  ingest::SourceConfig config;
  config.type = camera.source_type;
  config.stream = camera.main();
  config.transport = camera.transport;
  config.rtsp_engine = camera.rtsp_engine;
  config.tls_fingerprint = camera.tls_fingerprint;
  config.poll_interval_s = camera.poll_interval_s;
  config.loop = camera.loop;
  config.connect_timeout = state_->config.connect_timeout;
  config.read_timeout = state_->config.read_timeout;
  return ingest::probe(config, state_->egress, limit, stop, [&](const std::vector<media::PacketPtr>& group) {
    return pipeline::open_picture(state_->analysts, group, [&] { return stop.stop_requested(); });
  });
}

std::vector<Cameras::Worker> Cameras::workers() const {
  auto now = state_->clock.steady();
  std::vector<Worker> out;
  out.push_back({"monitor", "running", std::chrono::duration<double>(now - state_->monitor_seen.load()).count()});
  for (const auto& process : state_->analysts.processes()) out.push_back({process.name, process.state, 0});
  auto wall = state_->clock.wall();
  for (const auto& [id, status] : statuses()) {
    for (const auto& stream : status.streams) {
      double idle = stream.last_frame_at ? std::chrono::duration<double>(wall - *stream.last_frame_at).count() : 0;
      out.push_back({"ingest " + id + "/" + stream.name, model::to_string(stream.state), idle});
    }
  }
  return out;
}

}  // namespace vigil::cameras
