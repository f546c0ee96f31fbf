#include "analyser/messages.h"
#include "model/analysis.h"
#include "model/camera.h"
#include "sandbox/bytes.h"
#include "sandbox/reading.h"

// Settings of a camera. They were validated when they were stored; here only memory is bounded.

namespace vigil::analyser {
namespace {

using namespace sandbox;

constexpr std::size_t kMaxName = 512;
constexpr std::size_t kMaxEntries = 4096;

void put(Writer& out, const std::vector<model::Polygon>& polygons) {
  out.count(polygons.size());
  for (const auto& polygon : polygons) {
    out.count(polygon.size());
    for (const auto& point : polygon) {
      out.put(point.x);
      out.put(point.y);
    }
  }
}

std::vector<model::Polygon> polygons_from(Reader& in) {
  std::vector<model::Polygon> out(in.count(kMaxEntries, 4));
  for (auto& polygon : out) {
    polygon.resize(in.count(kMaxEntries, 16));
    for (auto& point : polygon) {
      point.x = in.get<double>();
      point.y = in.get<double>();
    }
  }
  return out;
}

void put(Writer& out, const model::MotionSettings& motion) {
  out.put(static_cast<std::uint8_t>(motion.enabled));
  out.put(static_cast<std::uint8_t>(motion.every_frame));
  out.put(static_cast<std::int32_t>(motion.sensitivity));
  out.put(motion.min_area);
  put(out, motion.masks);
  out.put(motion.start_after_s);
  out.put(motion.end_after_s);
}

model::MotionSettings motion_from(Reader& in) {
  model::MotionSettings motion;
  motion.enabled = in.flag();
  motion.every_frame = in.flag();
  motion.sensitivity = in.within<std::int32_t>(0, 1000);
  motion.min_area = in.get<double>();
  motion.masks = polygons_from(in);
  motion.start_after_s = in.get<double>();
  motion.end_after_s = in.get<double>();
  return motion;
}

void put(Writer& out, const model::AnalysisSettings& analysis) {
  out.put(static_cast<std::uint8_t>(analysis.enabled));
  out.text(analysis.model);
  out.put(static_cast<std::uint8_t>(analysis.rate.mode));
  out.put(static_cast<std::int32_t>(analysis.rate.nth));
  out.put(analysis.rate.fps);
  out.count(analysis.classes.size());
  for (const auto& label : analysis.classes) out.text(label);
  out.put(analysis.confidence);
  out.count(analysis.class_confidence.size());
  for (const auto& [label, confidence] : analysis.class_confidence) {
    out.text(label);
    out.put(confidence);
  }
  for (const double value :
       {analysis.size.min_area, analysis.size.max_area, analysis.size.min_aspect, analysis.size.max_aspect}) {
    out.put(value);
  }
  put(out, analysis.masks);
  for (const bool on : {analysis.tiling, analysis.motion_gate, analysis.appearance, analysis.attributes,
                        analysis.plates, analysis.scene}) {
    out.put(static_cast<std::uint8_t>(on));
  }
}

model::AnalysisSettings analysis_from(Reader& in) {
  model::AnalysisSettings analysis;
  analysis.enabled = in.flag();
  analysis.model = in.text(kMaxName);
  analysis.rate.mode =
      static_cast<model::RateMode>(in.within<std::uint8_t>(0, static_cast<std::uint8_t>(model::RateMode::Adaptive)));
  analysis.rate.nth = in.get<std::int32_t>();
  analysis.rate.fps = in.get<double>();
  analysis.classes.resize(in.count(kMaxEntries, 4));
  for (auto& label : analysis.classes) label = in.text(kMaxName);
  analysis.confidence = in.get<double>();
  for (auto left = in.count(kMaxEntries, 12); left > 0; --left) {
    auto label = in.text(kMaxName);
    analysis.class_confidence[std::move(label)] = in.get<double>();
  }
  for (double* value :
       {&analysis.size.min_area, &analysis.size.max_area, &analysis.size.min_aspect, &analysis.size.max_aspect}) {
    *value = in.get<double>();
  }
  analysis.masks = polygons_from(in);
  for (bool* on : {&analysis.tiling, &analysis.motion_gate, &analysis.appearance, &analysis.attributes,
                   &analysis.plates, &analysis.scene}) {
    *on = in.flag();
  }
  return analysis;
}

}  // namespace

Bytes write(const CameraBody& body) {
  Bytes bytes;
  Writer out(bytes);
  out.text(body.id);
  put(out, body.analysis.motion);
  put(out, body.analysis.analysis);
  out.put(body.kept_bytes);
  out.put(body.kept_ms);
  out.put(body.next_track_id);
  return bytes;
}

Result<CameraBody> read_camera(View bytes) {
  Reader in(bytes);
  CameraBody body;
  body.id = in.text(kMaxName);
  body.analysis.motion = motion_from(in);
  body.analysis.analysis = analysis_from(in);
  body.kept_bytes = in.get<std::uint64_t>();
  body.kept_ms = in.get<std::uint32_t>();
  body.next_track_id = in.get<std::uint64_t>();
  if (!in.complete()) return nonsense("settings of a camera");
  return body;
}

}  // namespace vigil::analyser
