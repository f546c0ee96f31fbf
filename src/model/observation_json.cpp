#include "model/observation_json.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <string_view>
#include <utility>

#include "base/json.h"
#include "model/box.h"

namespace vigil::model {
namespace {

constexpr double kThousandth = 1e3, kFine = 1e5;

// Floats would be written with all the digits of the double that they become; infinities have no JSON.
double rounded(double value, double steps) {
  return std::isfinite(value) ? std::round(value * steps) / steps : 0.0;
}

double milliseconds(Nanos time) {
  return rounded(std::chrono::duration<double, std::milli>(time).count(), kThousandth);
}

int whole(float value) {
  return static_cast<int>(std::lround(rounded(std::clamp(value, -1e6F, 1e6F), 1)));
}

Json box_json(const Box& box) {
  return Json::array({rounded(box.x, 10), rounded(box.y, 10), rounded(box.width, 10), rounded(box.height, 10)});
}

Json detection_json(const SeenObject& object, const Observation& frame) {
  const auto inside = clip(object.box, frame.width, frame.height);
  const double width = frame.width > 0 ? frame.width : 1, height = frame.height > 0 ? frame.height : 1;
  Json out = {{"bounding_box",
               {{"x_min", rounded(inside.x / width, kFine)},
                {"x_max", rounded(inside.right() / width, kFine)},
                {"y_min", rounded(inside.y / height, kFine)},
                {"y_max", rounded(inside.bottom() / height, kFine)}}},
              {"confidence", rounded(object.confidence, kFine)},
              {"label", object.label}};
  if (object.class_id >= 0) out["label_id"] = object.class_id;
  return out;
}

// What only Vigil says about an object.
Json own_json(const SeenObject& object) {
  Json out = {{"state", to_string(object.state)}, {"box", box_json(object.box)}, {"stationary", object.stationary}};
  if (object.detected) out["detected_box"] = box_json(*object.detected);
  if (object.subject_id != 0) {
    out["subject"] = {{"id", object.subject_id}, {"similarity", rounded(object.subject_similarity, kFine)}};
  }
  if (object.mask) {
    out["mask"] = {{"width", object.mask->width}, {"height", object.mask->height}, {"runs", object.mask->runs}};
  }
  return out;
}

bool is_taken(std::string_view name) {
  constexpr std::array<std::string_view, 12> kTaken = {
      "x", "y", "w", "h", "region_id", "id", "roi_type", "detection", "parent_id", "vigil", "tensors", "extra_params"};
  return std::find(kTaken.begin(), kTaken.end(), name) != kTaken.end();
}

Json object_json(const SeenObject& object, const Observation& frame, std::size_t index) {
  Json out = {{"x", whole(object.box.x)},
              {"y", whole(object.box.y)},
              {"w", whole(object.box.width)},
              {"h", whole(object.box.height)},
              {"region_id", index},
              {"roi_type", object.label},
              {"detection", detection_json(object, frame)},
              {"vigil", own_json(object)}};
  if (object.track_id != 0) out["id"] = object.track_id;
  for (const auto& attribute : object.attributes) {
    if (is_taken(attribute.name)) continue;
    out[attribute.name] = {{"label", attribute.value},
                           {"confidence", rounded(attribute.confidence, kFine)},
                           {"model", {{"name", attribute.model}}}};
  }
  return out;
}

Json own_json(const Observation& frame) {
  Json motion = Json::array();
  for (const auto& box : frame.motion) motion.push_back(Json::array({box.x, box.y, box.width, box.height}));
  const auto& times = frame.times;
  Json out = {{"sequence", frame.sequence},
              {"captured", to_unix_seconds(frame.captured)},
              {"detected", frame.detected},
              {"model", frame.model},
              {"device", frame.device},
              {"motion", {{"score", rounded(frame.motion_score, kFine)}, {"boxes", std::move(motion)}}},
              {"latency_ms", milliseconds(times.total)},
              {"stages_ms",
               {{"queued", milliseconds(times.queued)},
                {"decode", milliseconds(times.decode)},
                {"motion", milliseconds(times.motion)},
                {"wait", milliseconds(times.wait)},
                {"preprocess", milliseconds(times.preprocess)},
                {"infer", milliseconds(times.infer)},
                {"postprocess", milliseconds(times.postprocess)},
                {"track", milliseconds(times.track)}}}};
  if (frame.scene) {
    out["scene"] = {{"type", frame.scene->type},
                    {"description", frame.scene->description},
                    {"confidence", rounded(frame.scene->confidence, kFine)}};
  }
  return out;
}

}  // namespace

std::string to_json_text(const Observation& observation) {
  Json objects = Json::array();
  for (const auto& object : observation.objects) {
    objects.push_back(object_json(object, observation, objects.size()));
  }
  return to_text({{"resolution", {{"width", observation.width}, {"height", observation.height}}},
                  {"source", observation.camera_id},
                  {"timestamp", std::chrono::duration_cast<Nanos>(observation.pts).count()},
                  {"system_timestamp", to_rfc3339(observation.captured)},
                  {"objects", std::move(objects)},
                  {"vigil", own_json(observation)}});
}

}  // namespace vigil::model
