#include "app/process_output.h"

#include <fmt/format.h>

#include <filesystem>

#include "app/write_file.h"
#include "base/json.h"
#include "eval/mot_file.h"
#include "model/observation_json.h"
#include "vision/segmentation.h"

namespace vigil::app {
namespace {

double area_of(const model::SeenObject& object, const model::Box& box) {
  if (!object.mask) return box.area();
  const auto samples = static_cast<double>(object.mask->width) * object.mask->height;
  return samples > 0 ? object.detected->area() * static_cast<double>(vision::mask_area(*object.mask)) / samples : 0;
}

// The mask's parts as COCO's polygons: x and y in turn, in pixels.
std::string outlines_of(const model::SeenObject& object) {
  if (!object.mask) return {};
  const auto outlines = vision::mask_outlines(*object.mask);
  if (!outlines || outlines->empty()) return {};
  const auto& box = *object.detected;
  std::string out;
  for (const auto& outline : *outlines) {
    std::string corners;
    for (const auto& corner : outline) {
      corners += fmt::format("{}{:.2f}, {:.2f}", corners.empty() ? "" : ", ", box.x + corner.x * box.width,
                             box.y + corner.y * box.height);
    }
    out += fmt::format("{}[{}]", out.empty() ? "" : ", ", corners);
  }
  return fmt::format(", \"segmentation\": [{}]", out);
}

}  // namespace

Result<std::unique_ptr<ProcessOutput>> ProcessOutput::create(const ProcessOptions& options, int width, int height,
                                                             double fps) {
  auto out = std::unique_ptr<ProcessOutput>(new ProcessOutput(options));
  if (!options.save_json.empty()) {
    VIGIL_ASSIGN(out->json_, PartFile::create(options.save_json));
  }
  if (!options.save_coco.empty()) {
    VIGIL_ASSIGN(out->coco_, PartFile::create(options.save_coco));
    VIGIL_TRY(out->coco_->write("{\"annotations\": ["));
  }
  if (!options.save_video.empty()) {
    VIGIL_ASSIGN(out->video_, media::make_video_writer(options.save_video, width, height, fps));
  }
  return out;
}

Result<void> ProcessOutput::add(const media::FramePtr& frame, const model::Observation* seen) {
  if (seen != nullptr) {
    for (const auto& object : seen->objects) {
      if (object.state == model::TrackState::Confirmed) tracks_.insert(object.track_id);
    }
    if (json_) VIGIL_TRY(json_->write(model::to_json_text(*seen) + "\n"));
    if (coco_) VIGIL_TRY(add_coco(*seen));
    if (!options_.save_mot.empty()) add_mot(*seen);
    if (video_) shown_ = trails_.see(*seen);
  }
  if (!video_) return {};
  auto drawn = vision::draw(*frame, shown_);
  return video_->write(drawn ? drawn : frame);
}

// A tracker's result in text has only boxes that were seen; between them are straight lines.
void ProcessOutput::add_mot(const model::Observation& seen) {
  std::vector<vision::Track> tracks;
  for (const auto& object : seen.objects) {
    vision::Track track;
    track.id = object.track_id;
    track.state = object.state;
    track.box = object.box;
    track.score = object.confidence;
    // Who is known to stand still is not looked for in every picture.
    const bool counts = object.detected || (object.stationary && object.state == model::TrackState::Confirmed);
    track.detection = counts ? 0 : -1;
    tracks.push_back(track);
  }
  boxes_.add(static_cast<int>(seen.sequence), tracks, 0);
}

Result<void> ProcessOutput::add_coco(const model::Observation& seen) {
  coco_images_ += fmt::format("{}\n{{\"id\": {}, \"width\": {}, \"height\": {}, \"file_name\": \"{:06}.jpg\"}}",
                              coco_images_.empty() ? "" : ",", seen.sequence, seen.width, seen.height, seen.sequence);
  for (const auto& object : seen.objects) {
    if (object.state != model::TrackState::Confirmed || !object.detected) continue;
    const auto box = model::clip(*object.detected, seen.width, seen.height);
    const int category = object.class_id + 1;
    coco_categories_[category] = object.label;
    VIGIL_TRY(coco_->write(fmt::format(
        "{}\n{{\"id\": {}, \"image_id\": {}, \"category_id\": {}, \"bbox\": [{:.2f}, {:.2f}, {:.2f}, {:.2f}], "
        "\"area\": {:.2f}, \"iscrowd\": 0, \"score\": {:.4f}, \"track_id\": {}{}}}",
        coco_boxes_ == 0 ? "" : ",", coco_boxes_ + 1, seen.sequence, category, box.x, box.y, box.width, box.height,
        area_of(object, box), object.confidence, object.track_id, outlines_of(object))));
    ++coco_boxes_;
  }
  return {};
}

Result<void> ProcessOutput::finish_coco() {
  auto categories = Json::array();
  for (const auto& [id, name] : coco_categories_) categories.push_back({{"id", id}, {"name", name}});
  const Json info = {{"description", "Vigil on " + std::filesystem::path(options_.video).filename().string()}};
  VIGIL_TRY(coco_->write("],\n\"images\": [" + coco_images_ + "],\n\"categories\": " + to_text(categories) +
                         ",\n\"info\": " + to_text(info) + "}\n"));
  return coco_->commit();
}

Result<void> ProcessOutput::finish() {
  if (json_) VIGIL_TRY(json_->commit());
  if (coco_) VIGIL_TRY(finish_coco());
  if (!options_.save_mot.empty()) VIGIL_TRY(write_file(options_.save_mot, eval::to_mot(boxes_.take())));
  if (video_) VIGIL_TRY(video_->finish());
  return {};
}

}  // namespace vigil::app
