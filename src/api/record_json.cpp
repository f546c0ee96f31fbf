#include "api/record_json.h"

#include <algorithm>
#include <cmath>

namespace vigil::api {
namespace {

// Four places are a tenth of a pixel in the widest picture, and keep single precision's noise out of the text.
double rounded(double value) {
  return std::round(value * 1e4) / 1e4;
}

double share(double value) {
  return std::clamp(rounded(value), 0.0, 1.0);
}

Json or_null(const std::string& text) {
  return text.empty() ? Json() : Json(text);
}

Json box_json(const model::Box& box, PictureSize source) {
  if (source.width <= 0 || source.height <= 0) return nullptr;
  const double width = source.width, height = source.height;
  return {rounded(double{box.x} / width), rounded(double{box.y} / height), rounded(double{box.width} / width),
          rounded(double{box.height} / height)};
}

}  // namespace

PictureSize RunSizes::of(const std::string& run_id) {
  auto [entry, is_new] = known_.try_emplace(run_id);
  if (is_new) {
    auto run = runs_.get(run_id);
    if (run.ok()) entry->second = {run->width, run->height};
  }
  return entry->second;
}

Json to_json(const model::TrackRecord& track, PictureSize source) {
  Json path = Json::array(), attributes = Json::array(), subject;
  for (const auto& point : track.path) path.push_back(Json::array({rounded(point.x), rounded(point.y)}));
  for (const auto& one : track.attributes) {
    attributes.push_back({{"name", one.name},
                          {"value", one.value},
                          {"confidence", share(double{one.confidence})},
                          {"model", one.model}});
  }
  if (track.subject != 0) {
    subject = {{"id", std::to_string(track.subject)}, {"similarity", share(double{track.subject_similarity})}};
  }
  return {{"id", track.id},
          {"run_id", track.run_id},
          {"camera_id", track.camera_id},
          {"number", track.number},
          {"label", track.label},
          {"specific_type", or_null(track.specific_type)},
          {"first_seen", to_rfc3339(track.first_seen)},
          {"last_seen", to_rfc3339(track.last_seen)},
          {"frames", track.frames},
          {"best_score", share(double{track.best_score})},
          {"stationary", track.stationary},
          {"ended", track.ended},
          {"best_box", box_json(track.best_box, source)},
          {"key_frame_id", or_null(track.key_frame_id)},
          {"path", std::move(path)},
          {"subject", std::move(subject)},
          {"attributes", std::move(attributes)},
          {"zone", or_null(track.zone)}};
}

Json to_json(const model::PlateRead& plate, PictureSize source) {
  return {{"id", plate.id},
          {"track_id", plate.track_id},
          {"run_id", plate.run_id},
          {"camera_id", plate.camera_id},
          {"key_frame_id", or_null(plate.key_frame_id)},
          {"time", to_rfc3339(plate.time)},
          {"text", plate.text},
          {"region", or_null(plate.region)},
          {"confidence", share(double{plate.confidence})},
          {"box", box_json(plate.box, source)}};
}

Json to_json(const model::SceneRecord& scene) {
  return {{"id", scene.id},
          {"run_id", scene.run_id},
          {"camera_id", scene.camera_id},
          {"key_frame_id", or_null(scene.key_frame_id)},
          {"time", to_rfc3339(scene.time)},
          {"type", scene.type},
          {"description", scene.description},
          {"confidence", share(double{scene.confidence})},
          {"model", scene.model}};
}

Json to_json(const model::Run& run) {
  return {{"id", run.id},
          {"camera_id", run.camera_id},
          {"model", run.model},
          {"device", run.device},
          {"began", to_rfc3339(run.began)},
          {"last", to_rfc3339(run.last)},
          {"ended", run.ended ? Json(to_rfc3339(*run.ended)) : Json()},
          {"width", run.width},
          {"height", run.height},
          {"frames", run.frames},
          {"detected", run.detected},
          {"lost", run.lost},
          {"tracks", run.tracks},
          {"detections", run.detections},
          {"latency_ms",
           {{"mean", rounded(run.latency_mean_ms)},
            {"p50", rounded(run.latency_p50_ms)},
            {"p95", rounded(run.latency_p95_ms)},
            {"p99", rounded(run.latency_p99_ms)}}}};
}

Json to_json(const model::Subject& subject) {
  return {{"id", std::to_string(subject.id)},
          {"label", subject.label},
          {"first_seen", to_rfc3339(subject.first_seen)},
          {"last_seen", to_rfc3339(subject.last_seen)},
          {"track_count", subject.tracks},
          {"similarity", share(double{subject.similarity})}};
}

Json to_json(const model::RemoteSighting& seen) {
  return {{"camera", seen.camera},
          {"track", seen.track},
          {"label", seen.label},
          {"first_seen", to_rfc3339(seen.first)},
          {"last_seen", to_rfc3339(seen.last)}};
}

}  // namespace vigil::api
