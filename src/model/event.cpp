#include "model/event.h"

#include "base/json.h"

namespace vigil::model {
namespace {

struct Namer {
  const char* operator()(const CameraConnected&) const { return "camera.connected"; }
  const char* operator()(const CameraDisconnected&) const { return "camera.disconnected"; }
  const char* operator()(const FrameIngested&) const { return "frame.ingested"; }
  const char* operator()(const MotionDetected& motion) const {
    return motion.phase == MotionDetected::Phase::End ? "motion.ended" : "motion.detected";
  }
  const char* operator()(const AnalysisSuspended&) const { return "analysis.suspended"; }
  const char* operator()(const PlateSeen& plate) const {
    switch (plate.list) {
      case PlateSeen::List::Allowed:
        return "plate.allowed";
      case PlateSeen::List::Denied:
        return "plate.denied";
      case PlateSeen::List::Unknown:
        break;
    }
    return "plate.unknown";
  }
  const char* operator()(const CameraChanged& change) const {
    switch (change.what) {
      case CameraChanged::What::Added:
        return "camera.added";
      case CameraChanged::What::Removed:
        return "camera.removed";
      case CameraChanged::What::Changed:
        break;
    }
    return "camera.changed";
  }
};

struct BodyWriter {
  Json& out;
  void operator()(const CameraConnected&) const {}
  void operator()(const CameraDisconnected& body) const { out["reason"] = body.reason; }
  void operator()(const FrameIngested& body) const { out["source"] = body.source; }
  void operator()(const MotionDetected& body) const { out["area"] = body.area; }
  void operator()(const CameraChanged&) const {}
  void operator()(const AnalysisSuspended& body) const { out["seconds"] = body.seconds; }
  void operator()(const PlateSeen& body) const {
    out["plate"] = body.text;
    if (!body.region.empty()) out["region"] = body.region;
    if (!body.listed.empty()) out["listed"] = body.listed;
    if (!body.label.empty()) out["label"] = body.label;
    out["confidence"] = double{body.confidence};
    out["track"] = body.track_id;
    out["sequence"] = body.sequence;
    out["box"] = {body.box.x, body.box.y, body.box.width, body.box.height};
  }
};

}  // namespace

const char* to_string(PlateSeen::List list) {
  switch (list) {
    case PlateSeen::List::Allowed:
      return "allowed";
    case PlateSeen::List::Denied:
      return "denied";
    case PlateSeen::List::Unknown:
      break;
  }
  return "unknown";
}

const char* type_name(const Event& event) {
  return std::visit(Namer{}, event.body);
}

std::string to_json_text(const Event& event) {
  Json out = {{"type", type_name(event)}, {"camera_id", event.camera_id}, {"timestamp", to_unix_seconds(event.time)}};
  std::visit(BodyWriter{out}, event.body);
  return to_text(out);
}

}  // namespace vigil::model
