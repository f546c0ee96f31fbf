#pragma once

#include <string>
#include <variant>
#include <vector>

#include "base/clock.h"

namespace vigil::model {

struct CameraConnected {};
struct CameraDisconnected {
  std::string reason;  // a FailureReason name: "dns", "refused", "auth", …, or "stopped"
};
struct FrameIngested {
  std::string source;  // the camera's source type: "rtsp", "http_push", …
};

struct PixelBox {
  int x = 0, y = 0, width = 0, height = 0;  // pixels of the source frame
  bool operator==(const PixelBox&) const = default;
};

// Published when motion begins (phase Start), about once a second while it lasts (Update) and when it is over (End).
struct MotionDetected {
  enum class Phase { Start, Update, End };
  Phase phase = Phase::Start;
  std::string event_id;  // the same for start, updates and end of one motion
  int area = 0;          // moving pixels of the source frame
  double score = 0;      // 0..1, part of the unmasked picture that moves
  std::vector<PixelBox> boxes;
  WallTime began;
};

// A camera was added, changed, removed, started or stopped by somebody.
struct CameraChanged {
  enum class What { Added, Changed, Removed };
  What what = What::Changed;
};

// A camera's pictures ended every process that opened them: they are not opened for a while.
struct AnalysisSuspended {
  double seconds = 0;
};

// What matters, as it travels on the bus. Immutable once published.
struct Event {
  std::string camera_id;
  WallTime time;
  std::variant<CameraConnected, CameraDisconnected, FrameIngested, MotionDetected, CameraChanged, AnalysisSuspended>
      body;
};

// "camera.connected", "camera.disconnected", "frame.ingested", "motion.detected" (start and update), "motion.ended",
// "camera.added", "camera.changed", "camera.removed", "analysis.suspended".
const char* type_name(const Event& event);

// {"type": …, "camera_id": …, "timestamp": Unix seconds, …}: the form in which events leave the process.
std::string to_json_text(const Event& event);

}  // namespace vigil::model
