#include "records/channel.h"

#include <algorithm>

#include "base/ids.h"
#include "records/sight.h"

namespace vigil::records {
namespace {

constexpr std::size_t kMaxOpenTracks = 2000;
constexpr std::size_t kMaxLabels = 1000;
constexpr std::size_t kMaxSegmentBoxes = 3000;
constexpr std::size_t kMaxValues = 4096;  // of a look
// A clock that says anything else is not one; between these, differences fit into nanoseconds.
constexpr WallTime kEarliest{std::chrono::hours(0)}, kLatest{std::chrono::hours(24 * 365 * 230)};

bool changed(const std::vector<model::TimedBox>& boxes, const model::SeenObject& object) {
  return boxes.empty() || model::iou(boxes.back().box, object.box) < 0.95F || !boxes.back().stationary;
}

}  // namespace

Channel::Channel(std::string camera_id, const ChannelConfig& config, File file)
    : camera_id_(std::move(camera_id)), config_(config), file_(std::move(file)) {}

void Channel::observe(const model::Observation& frame) {
  if (frame.captured < kEarliest || frame.captured > kLatest) return;
  const bool other_model = run_ && !frame.model.empty() && !run_->model.empty() && run_->model != frame.model;
  if (other_model) finish(ready_);
  if (!run_) begin_run(frame);
  auto& run = *run_;
  if (run.model.empty()) run.model = frame.model;
  if (run.device.empty()) run.device = frame.device;
  run.last = std::max(run.last, frame.captured);
  ++run.frames;
  if (frame.detected) ++run.detected;
  latencies_.add(frame.times.total);
  run_changed_ = true;
  for (const auto& object : frame.objects) {
    if (object.detected && (run.detections.size() < kMaxLabels || run.detections.contains(object.label))) {
      ++run.detections[object.label];
    }
    if (object.track_id == 0) continue;
    auto found = tracks_.find(object.track_id);
    if (found == tracks_.end()) {
      if (tracks_.size() >= kMaxOpenTracks || object.state == model::TrackState::Lost) continue;
      found = tracks_.try_emplace(object.track_id).first;
    }
    see(found->second, object, frame);
  }
  take_picture(frame);
  describe(frame);
  for (auto it = tracks_.begin(); it != tracks_.end();) {
    const bool over = it->second.record.ended || frame.captured - it->second.last_present > config_.silent;
    if (over) take_late_picture(it->second, frame.captured);
    if (over) end_track(it->second);
    it = over ? tracks_.erase(it) : std::next(it);
  }
}

void Channel::begin_run(const model::Observation& frame) {
  auto& run = run_.emplace();
  run.id = random_hex(8);
  run.camera_id = camera_id_;
  run.model = frame.model;
  run.device = frame.device;
  run.began = run.last = frame.captured;
  run.width = frame.width;
  run.height = frame.height;
  latencies_ = {};
  run_written_at_ = last_picture_ = last_scene_ = WallTime::min();
  in_vain_ = false;
}

void Channel::see(OpenTrack& track, const model::SeenObject& object, const model::Observation& frame) {
  auto& record = track.record;
  track.last_present = frame.captured;
  if (record.id.empty()) {
    record.id = model::track_key(run_->id, object.track_id);
    record.run_id = run_->id;
    record.camera_id = camera_id_;
    record.number = object.track_id;
    record.first_seen = record.last_seen = frame.captured;
    track.path_at = track.written_at = WallTime::min();
  }
  if (object.state == model::TrackState::Lost) {
    record.ended = true;
    return;
  }
  if (object.state == model::TrackState::Confirmed && !track.confirmed) {
    track.confirmed = true;
    ++run_->tracks;
  }
  track.changed = true;
  record.label = object.label;
  record.stationary = object.stationary;
  if (!object.attributes.empty()) {
    record.attributes = object.attributes;
    record.specific_type = model::specific_type(record.attributes);
    read_plate(track, object, frame);
  }
  if (object.subject_id != 0) {
    record.subject = object.subject_id;
    record.subject_similarity = object.subject_similarity;
  }
  if (object.appearance && !object.appearance->values.empty() && object.appearance->values.size() <= kMaxValues) {
    track.look = object.appearance;
    track.look_changed = true;
  }
  keep_box(track, object, frame);
  if (!is_seen(object)) return;
  record.last_seen = std::max(record.last_seen, frame.captured);
  ++record.frames;
  record.best_score = std::max(record.best_score, object.confidence);
  if (const double quality = quality_of(object, frame); quality > track.best_quality) {
    track.best_quality = quality;
    if (track.pictures == 0) {
      record.best_box = object.box;
      track.best = moment_of(object, frame);
    }
  }
  extend_path(track, object, frame);
}

void Channel::read_plate(OpenTrack& track, const model::SeenObject& object, const model::Observation& frame) const {
  const model::Attribute *plate = nullptr, *region = nullptr;
  for (const auto& attribute : object.attributes) {
    if (attribute.name == "plate") plate = &attribute;
    if (attribute.name == "plate_region") region = &attribute;
  }
  if (plate == nullptr || plate->value.empty() || plate->value == "unknown") return;
  if (track.plate && track.plate->text == plate->value && track.plate->confidence >= plate->confidence) return;
  auto& read = track.plate ? *track.plate : track.plate.emplace();
  read.id = read.track_id = track.record.id;
  read.run_id = run_->id;
  read.camera_id = camera_id_;
  read.time = std::max(read.time, frame.captured);
  read.text = plate->value;
  read.plain = model::plain_plate(plate->value);
  read.region = region != nullptr && region->value != "unknown" ? region->value : "";
  read.confidence = plate->confidence;
  read.box = object.box;
  track.plate_changed = true;
}

void Channel::extend_path(OpenTrack& track, const model::SeenObject& object, const model::Observation& frame) const {
  auto& path = track.record.path;
  if (!path.empty() && frame.captured - track.path_at < track.path_step) return;
  if (path.size() == model::kPathPoints) {
    // Every other point goes, and from now on only half as many come.
    for (std::size_t i = 0; 2 * i < path.size(); ++i) path[i] = path[2 * i];
    path.resize(path.size() / 2);
    track.path_step *= 2;
  }
  path.push_back(foot_of(object.box, frame));
  track.path_at = frame.captured;
}

void Channel::keep_box(OpenTrack& track, const model::SeenObject& object, const model::Observation& frame) const {
  if (object.stationary && !changed(track.boxes, object) &&
      frame.captured - track.boxes.back().time < config_.stationary_boxes) {
    return;
  }
  track.boxes.push_back(
      {frame.sequence, frame.captured, object.box, object.confidence, object.state, object.stationary});
  if (track.boxes.size() > kMaxSegmentBoxes && !track.confirmed) track.boxes.erase(track.boxes.begin());
}

void Channel::cut_segment(OpenTrack& track) {
  if (track.boxes.empty() || !track.confirmed) return;
  const auto& record = track.record;
  model::BoxSegment segment;
  segment.id = model::segment_key(record.id, track.segment++);
  segment.track_id = record.id;
  segment.run_id = record.run_id;
  segment.camera_id = camera_id_;
  segment.label = record.label;
  segment.from = track.boxes.front().time;
  segment.to = track.boxes.back().time;
  segment.boxes = track.boxes.size();
  segment.coded = model::encode_boxes(track.boxes);
  ready_.segments.push_back(std::move(segment));
  track.boxes.clear();
}

void Channel::end_track(OpenTrack& track) {
  track.record.ended = true;
  if (!track.confirmed) return;
  cut_segment(track);
  write_track(track, ready_);
}

void Channel::write_track(OpenTrack& track, store::RecordBatch& batch) {
  batch.tracks.push_back(track.record);
  if (track.plate && track.plate_changed) {
    track.plate->key_frame_id = track.record.key_frame_id;
    batch.plates.push_back(*track.plate);
  }
  if (track.look && track.look_changed) {
    const auto& record = track.record;
    batch.embeddings.push_back({record.id, record.run_id, camera_id_, record.last_seen, record.label,
                                cut(track.look->model, kMaxName), track.look->values});
  }
  track.changed = track.plate_changed = track.look_changed = false;
  track.written_at = run_->last;
}

void Channel::summarise() {
  run_->latency_mean_ms = latencies_.mean_ms();
  run_->latency_p50_ms = latencies_.percentile_ms(0.5);
  run_->latency_p95_ms = latencies_.percentile_ms(0.95);
  run_->latency_p99_ms = latencies_.percentile_ms(0.99);
}

void Channel::collect(store::RecordBatch& batch) {
  if (run_) {
    const auto now = run_->last;
    auto due = [&](WallTime written, Nanos after) { return written == WallTime::min() || now - written >= after; };
    for (auto& [number, track] : tracks_) {
      if (!track.confirmed) continue;
      const bool long_enough = !track.boxes.empty() && (now - track.boxes.front().time >= config_.segment ||
                                                        track.boxes.size() >= kMaxSegmentBoxes);
      if (long_enough) cut_segment(track);
      if (track.plate_changed || (track.changed && due(track.written_at, config_.track_update))) {
        write_track(track, ready_);
      }
    }
    if (run_changed_ && due(run_written_at_, config_.run_update)) {
      summarise();
      ready_.runs.push_back(*run_);
      run_written_at_ = now;
      run_changed_ = false;
    }
  }
  auto move = [](auto& from, auto& to) {
    to.insert(to.end(), std::make_move_iterator(from.begin()), std::make_move_iterator(from.end()));
    from.clear();
  };
  if (&batch == &ready_) return;
  move(ready_.runs, batch.runs);
  move(ready_.tracks, batch.tracks);
  move(ready_.key_frames, batch.key_frames);
  move(ready_.objects, batch.objects);
  move(ready_.scenes, batch.scenes);
  move(ready_.plates, batch.plates);
  move(ready_.embeddings, batch.embeddings);
  move(ready_.segments, batch.segments);
}

void Channel::finish(store::RecordBatch& batch) {
  if (run_) {
    for (auto& [number, track] : tracks_) end_track(track);
    tracks_.clear();
    summarise();
    scene_.reset();
    run_->ended = run_->last;
    ready_.runs.push_back(*run_);
    run_.reset();
  }
  collect(batch);
}

}  // namespace vigil::records
