#include "records/channel.h"
#include "records/sight.h"

// Which moments of a camera are kept as pictures, and what is recorded with them.

namespace vigil::records {
namespace {

// A picture is taken again when the track is seen so much better.
constexpr double kMuchBetter = 1.5;
constexpr std::size_t kMaxWords = 2000;  // bytes of a description

}  // namespace

bool Channel::may_take_picture(WallTime now, Nanos apart) const {
  return last_picture_ == WallTime::min() || now - last_picture_ >= (in_vain_ ? config_.pictures_apart : apart);
}

void Channel::take_picture(const model::Observation& frame) {
  if (!file_) return;
  auto after = [&](Nanos apart) { return may_take_picture(frame.captured, apart); };
  bool first = false, better = false;
  for (const auto& object : frame.objects) {
    auto found = tracks_.find(object.track_id);
    if (found == tracks_.end() || !found->second.confirmed || !is_seen(object)) continue;
    const auto& track = found->second;
    const double quality = quality_of(object, frame);
    first = first || (quality > 0 && track.pictures == 0);
    better = better || (track.pictures < config_.pictures_of_track && quality >= kMuchBetter * track.pictured_quality);
  }
  if ((first && after(config_.first_picture)) || (better && after(config_.pictures_apart))) {
    keep_picture(frame, frame.captured);
  }
}

// Who came and went between two pictures, or while none could be had, is pictured afterwards.
void Channel::take_late_picture(OpenTrack& track, WallTime now) {
  if (!file_ || !track.confirmed || track.pictures > 0 || !track.best) return;
  if (!may_take_picture(now, Nanos(0))) return;
  const auto moment = *track.best;  // a copy: who is pictured lets go of the best moment
  keep_picture(moment, now);
}

// The key frame's id; empty when there is no picture.
std::string Channel::keep_picture(const model::Observation& frame, WallTime now) {
  last_picture_ = now;
  auto id = model::frame_key(run_->id, frame.sequence);
  auto filed = file_(frame, id);
  in_vain_ = !filed;
  if (in_vain_) return "";
  ready_.key_frames.push_back({id, run_->id, camera_id_, frame.sequence, frame.captured, filed->width, filed->height,
                               filed->path, filed->bytes});
  record_objects(frame, id);
  return id;
}

// A scene is recorded with a picture of it.
void Channel::describe(const model::Observation& frame) {
  if (frame.scene) scene_ = frame.scene;
  if (!scene_ || (last_scene_ != WallTime::min() && frame.captured - last_scene_ < config_.scenes_apart)) return;
  last_scene_ = frame.captured;
  model::SceneRecord record;
  record.id = model::frame_key(run_->id, frame.sequence);
  record.run_id = run_->id;
  record.camera_id = camera_id_;
  record.time = frame.captured;
  record.type = cut(scene_->type, kMaxName);
  record.description = cut(scene_->description, kMaxWords);
  record.confidence = scene_->confidence;
  record.model = cut(scene_->model, kMaxName);
  const bool pictured = !ready_.key_frames.empty() && ready_.key_frames.back().id == record.id;
  if (pictured) {
    record.key_frame_id = record.id;
  } else if (file_) {
    record.key_frame_id = keep_picture(frame, frame.captured);
  }
  ready_.scenes.push_back(std::move(record));
  scene_.reset();
}

void Channel::record_objects(const model::Observation& frame, const std::string& key_frame_id) {
  for (const auto& seen : frame.objects) {
    auto found = tracks_.find(seen.track_id);
    if (found == tracks_.end() || !found->second.confirmed || !is_seen(seen)) continue;
    auto& track = found->second;
    const double quality = quality_of(seen, frame);
    if (track.pictures == 0 || quality > track.pictured_quality) {
      track.pictured_quality = quality;
      track.record.best_box = seen.box;
      track.record.key_frame_id = key_frame_id;
      if (track.plate) track.plate->key_frame_id = key_frame_id;
      ++track.pictures;
      track.best.reset();
    }
    model::DetectedObject object;
    object.id = model::object_key(track.record.id, frame.sequence);
    object.key_frame_id = key_frame_id;
    object.track_id = track.record.id;
    object.run_id = run_->id;
    object.camera_id = camera_id_;
    object.time = frame.captured;
    object.label = seen.label;
    object.specific_type = track.record.specific_type;
    object.confidence = seen.confidence;
    object.box = seen.mask && seen.detected ? *seen.detected : seen.box;  // the one that the mask covers
    const auto foot = foot_of(seen.box, frame);
    object.foot_x = foot.x;
    object.foot_y = foot.y;
    object.mask = seen.mask;
    if (track.look) object.embedding_id = track.record.id;
    object.zone = track.record.zone;
    ready_.objects.push_back(std::move(object));
  }
}

}  // namespace vigil::records
