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
};

}  // namespace

const char* type_name(const Event& event) {
  return std::visit(Namer{}, event.body);
}

std::string to_json_text(const Event& event) {
  Json out = {{"type", type_name(event)}, {"camera_id", event.camera_id}, {"timestamp", to_unix_seconds(event.time)}};
  std::visit(BodyWriter{out}, event.body);
  return to_text(out);
}

}  // namespace vigil::model
