#include "cameras/runner.h"

#include <algorithm>
#include <utility>

#include "base/log.h"
#include "pipeline/open_picture.h"

namespace vigil::cameras {
namespace {

constexpr std::chrono::seconds kLiveLinger{30};

const model::CameraStream& stream_for(const model::Camera& camera, model::Role role) {
  for (const auto& stream : camera.streams) {
    if (std::find(stream.roles.begin(), stream.roles.end(), role) != stream.roles.end()) return stream;
  }
  return camera.main();
}

bool same_options(const media::JpegOptions& a, const media::JpegOptions& b) {
  return a.max_width == b.max_width && a.max_height == b.max_height && a.quality == b.quality;
}

Error no_picture(const std::string& id, const model::CameraStatus& status) {
  auto why = status.detail.empty() ? std::string(model::to_string(status.state)) : status.detail;
  return make_error(ErrorKind::Unavailable, "camera " + id + " has given no picture yet: " + why, "camera.no_picture");
}

Error switched_off(const std::string& id) {
  return make_error(ErrorKind::FailedPrecondition, "camera " + id + " is switched off; start it first",
                    "camera.disabled");
}

std::filesystem::path snapshot_file(const Config& config, const std::string& id) {
  return config.data_dir.empty() ? std::filesystem::path()
                                 : std::filesystem::path(config.data_dir) / "snapshots" / (id + ".jpg");
}

}  // namespace

Runner::Runner(model::Camera camera, Surroundings surroundings)
    : around_(std::move(surroundings)),
      snapshot_(snapshot_file(around_.config, camera.id)),
      camera_(std::move(camera)),
      stopped_since_(around_.clock.wall()) {}

Runner::~Runner() {
  stop();
}

void Runner::start() {
  MutexLock lock(mutex_);
  if (!camera_.enabled || primary_) return;
  primary_ = std::make_shared<Slot>(camera_, stream_for(camera_, model::Role::Analysis), true, around_,
                                    [this](media::FramePtr frame) { snapshot_.take(*frame); });
  primary_->start();
}

void Runner::request_stop() {
  MutexLock lock(mutex_);
  if (primary_) primary_->request_stop();
  if (live_) live_->request_stop();
}

void Runner::stop() {
  SlotPtr primary, live;
  {
    MutexLock lock(mutex_);
    primary.swap(primary_);
    live.swap(live_);
    stopped_since_ = around_.clock.wall();
  }
  if (live) live->stop();
  if (primary) primary->stop();
  snapshot_.flush();
}

void Runner::forget() {
  snapshot_.remove();
}

bool Runner::adopt(const model::Camera& camera) {
  SlotPtr primary;
  {
    MutexLock lock(mutex_);
    auto same = camera_;
    same.name = camera.name;
    same.number = camera.number;
    same.place = camera.place;
    same.section = camera.section;
    same.motion = camera.motion;
    same.analysis = camera.analysis;
    same.version = camera.version;
    same.updated_at = camera.updated_at;
    if (!(same == camera)) return false;
    camera_ = camera;
    primary = primary_;
  }
  if (primary) {
    primary->pipeline().set_motion(camera.motion);
    primary->pipeline().set_analysis(camera.analysis);
  }
  return true;
}

Runner::SlotPtr Runner::primary() const {
  MutexLock lock(mutex_);
  return primary_;
}

Runner::SlotPtr Runner::viewed() {
  MutexLock lock(mutex_);
  if (!primary_) return nullptr;
  const auto& wanted = stream_for(camera_, model::Role::Live);
  if (wanted.name == stream_for(camera_, model::Role::Analysis).name) return primary_;
  auto live = start_live();
  return live->is_up() ? live : primary_;
}

Runner::SlotPtr Runner::start_live() {
  live_used_ = around_.clock.steady();
  if (!live_) {
    live_ =
        std::make_shared<Slot>(camera_, stream_for(camera_, model::Role::Live), false, around_, [](media::FramePtr) {});
    live_->start();
  }
  return live_;
}

std::vector<std::string> Runner::live_streams() const {
  MutexLock lock(mutex_);
  std::vector<std::string> out = {stream_for(camera_, model::Role::Live).name};
  if (const auto& other = stream_for(camera_, model::Role::Analysis).name; other != out.front()) out.push_back(other);
  return out;
}

Result<LiveStream> Runner::live_stream(const std::string& name) {
  MutexLock lock(mutex_);
  const auto& live = stream_for(camera_, model::Role::Live).name;
  const auto& analysed = stream_for(camera_, model::Role::Analysis).name;
  const auto& wanted = name.empty() ? live : name;
  if (wanted != live && wanted != analysed) {
    return make_error(ErrorKind::NotFound, "camera " + camera_.id + " has no such stream to watch", "stream.not_found");
  }
  if (!primary_) return switched_off(camera_.id);
  if (wanted == analysed) return LiveStream{wanted, primary_->stream(), nullptr};
  auto slot = start_live();
  return LiveStream{wanted, slot->stream(), hold_live()};
}

std::shared_ptr<const void> Runner::hold_live() {
  auto hold = live_hold_.lock();
  if (!hold) live_hold_ = hold = std::make_shared<const int>(0);
  return hold;
}

Result<LiveStream> Runner::rendition(model::Rendition rendition) {
  MutexLock lock(mutex_);
  if (!primary_) return switched_off(camera_.id);
  const auto& live = stream_for(camera_, model::Role::Live).name;
  const bool of_primary =
      rendition == model::Rendition::Annotated || live == stream_for(camera_, model::Role::Analysis).name;
  const auto slot = of_primary ? primary_ : start_live();
  auto made = slot->pipeline().rendition(rendition);
  using Holds = std::pair<std::shared_ptr<const void>, std::shared_ptr<const void>>;
  auto holds = std::make_shared<const Holds>(std::move(made.hold), of_primary ? nullptr : hold_live());
  return LiveStream{to_string(rendition), std::move(made.stream), std::move(holds)};
}

model::Renditions Runner::renditions() const {
  MutexLock lock(mutex_);
  model::Renditions out;
  for (const auto& slot : {primary_, live_}) {
    if (!slot) continue;
    const auto running = slot->pipeline().figures().renditions;
    out = {out.annotated || running.annotated, out.h264 || running.h264};
  }
  return out;
}

void Runner::release_idle() {
  SlotPtr idle;
  {
    MutexLock lock(mutex_);
    if (!live_hold_.expired()) live_used_ = around_.clock.steady();
    if (live_ && around_.clock.steady() - live_used_ > kLiveLinger) idle.swap(live_);
  }
  if (idle) idle->stop();
}

void Runner::check_health() {
  auto slot = primary();
  if (!slot) return;
  auto figures = slot->pipeline().figures();
  bool failing = false;
  std::string id;
  {
    MutexLock lock(mutex_);
    failing = figures.decode_errors > errors_before_ && figures.decoded_frames == decoded_before_;
    decoding_fails_ = failing;
    errors_before_ = figures.decode_errors;
    decoded_before_ = figures.decoded_frames;
    id = camera_.id;
  }
  if (failing) {
    log::warn("camera sends pictures that cannot be decoded", {{"camera", id}, {"errors", figures.decode_errors}});
    return;
  }
  // State and reason of one moment. A camera that was never connected has no reason yet, and is not down.
  const auto now = slot->figures();
  if (now.state != model::CameraState::Reconnecting) return;
  log::warn("camera is down", {{"camera", id}, {"reason", model::to_string(now.reason)}, {"detail", now.detail}});
}

model::CameraStatus Runner::status() const {
  model::CameraStatus out;
  SlotPtr primary, live;
  {
    MutexLock lock(mutex_);
    out.camera_id = camera_.id;
    out.state = camera_.enabled ? model::CameraState::Idle : model::CameraState::Disabled;
    out.since = stopped_since_;
    primary = primary_;
    live = live_;
    if (decoding_fails_) {
      out.reason = model::FailureReason::DecodeError;
      out.detail = "pictures come, but they cannot be decoded";
    }
  }
  if (auto picture = snapshot_.latest()) out.snapshot_at = picture->captured;
  if (!primary) return out;
  auto figures = primary->figures();
  out.state = figures.state;
  out.since = primary->since();
  if (figures.reason != model::FailureReason::None) {
    out.reason = figures.reason;
    out.detail = figures.detail;
  }
  out.fps = figures.fps;
  out.last_frame_at = figures.last_frame_at;
  auto decoded = primary->pipeline().figures();
  out.motion = decoded.motion;
  out.decoded_frames = decoded.decoded_frames;
  out.decode_errors = decoded.decode_errors;
  out.frame_ring_bytes = decoded.ring_bytes;
  out.streams.push_back(std::move(figures));
  if (live) out.streams.push_back(live->figures());
  return out;
}

pipeline::AnalysisFigures Runner::analysis() const {
  auto slot = primary();
  return slot ? slot->pipeline().figures().analysis : pipeline::AnalysisFigures();
}

void Runner::retry_now() {
  if (auto slot = primary()) slot->retry_now();
}

Result<void> Runner::push(std::span<const std::uint8_t> image, std::optional<WallTime> timestamp) {
  SlotPtr slot;
  {
    MutexLock lock(mutex_);
    if (camera_.source_type != model::SourceType::HttpPush) {
      return make_error(ErrorKind::FailedPrecondition,
                        "camera " + camera_.id + " is a " + model::to_string(camera_.source_type) +
                            " camera: pictures can be pushed to http_push cameras only",
                        "camera.not_push");
    }
    slot = primary_;
    if (!slot) return switched_off(camera_.id);
  }
  return slot->push(image, timestamp);
}

bool Runner::has_stream_key(const Secret& key) const {
  MutexLock lock(mutex_);
  return camera_.source_type == model::SourceType::RtmpPush && !key.empty() && camera_.stream_key == key;
}

Result<ingest::Publication> Runner::publication() const {
  MutexLock lock(mutex_);
  if (primary_ && primary_->published()) return ingest::Publication{camera_.id, primary_->published()};
  return make_error(ErrorKind::FailedPrecondition, "camera " + camera_.id + " is switched off; start it first",
                    "camera.disabled");
}

media::FramePtr Runner::annotate(const media::FramePtr& frame) const {
  const auto slot = primary();
  return slot ? slot->pipeline().annotate(frame) : frame;
}

Result<Picture> Runner::encode(const media::FramePtr& frame, const media::JpegOptions& options, bool annotated) {
  {
    MutexLock lock(mutex_);
    if (encoded_ && encoded_->sequence == frame->sequence && encoded_->captured == frame->captured &&
        same_options(encoded_->options, options) && encoded_->annotated == annotated) {
      return Picture{encoded_->jpeg, frame->captured, true};
    }
  }
  VIGIL_ASSIGN(auto jpeg, media::encode_jpeg(annotated ? *annotate(frame) : *frame, options));
  MutexLock lock(mutex_);
  encoded_ = Encoded{frame->sequence, frame->captured, options, annotated, jpeg};
  return Picture{std::move(jpeg), frame->captured, true};
}

Result<Picture> Runner::latest(const media::JpegOptions& options, bool annotated) {
  if (auto slot = viewed()) {
    if (auto frame = slot->pipeline().latest(std::chrono::milliseconds(2000)); frame.ok())
      return encode(*frame, options, annotated);
  }
  auto kept = snapshot_.latest();
  auto now = status();
  if (!kept) return no_picture(now.camera_id, now);
  // The kept picture is small already; it is only made smaller when asked to.
  if (options.max_width == 0 && options.max_height == 0) return Picture{*kept->jpeg, kept->captured, false};
  VIGIL_ASSIGN(auto frame, pipeline::open_picture(around_.analysts, *kept->jpeg));
  VIGIL_ASSIGN(auto jpeg, media::encode_jpeg(*frame, options));
  return Picture{std::move(jpeg), kept->captured, false};
}

Result<Picture> Runner::at(WallTime time, const media::JpegOptions& options) {
  auto slot = viewed();
  if (!slot) return no_picture(status().camera_id, status());
  VIGIL_ASSIGN(auto frame, slot->pipeline().at(time));
  VIGIL_ASSIGN(auto jpeg, media::encode_jpeg(*frame, options));
  return Picture{std::move(jpeg), frame->captured, true};
}

Result<std::vector<Picture>> Runner::burst(int count, const media::JpegOptions& options) {
  auto slot = viewed();
  if (!slot) return no_picture(status().camera_id, status());
  VIGIL_ASSIGN(auto frames, slot->pipeline().burst(count));
  std::vector<Picture> out;
  for (const auto& frame : frames) {
    VIGIL_ASSIGN(auto jpeg, media::encode_jpeg(*frame, options));
    out.push_back({std::move(jpeg), frame->captured, true});
  }
  return out;
}

Result<media::FramePtr> Runner::next_frame(std::uint64_t after, std::chrono::milliseconds timeout,
                                           std::stop_token stop) {
  auto slot = viewed();
  if (!slot) return no_picture(status().camera_id, status());
  return slot->pipeline().next_after(after, timeout, stop);
}

}  // namespace vigil::cameras
