#pragma once

#include <cstdint>
#include <string>
#include <variant>
#include <vector>

#include "base/clock.h"
#include "model/box.h"

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

// A vehicle's plate was read, and what the server's lists say of it. The time is that of the picture with that sequence
// number, which shows it.
struct PlateSeen {
  enum class List { Allowed, Denied, Unknown };
  List list = List::Unknown;
  std::string text, region;   // region: empty where no format says it
  std::string listed, label;  // how it stands in the list, and whose it is
  float confidence = 0;       // of the reading
  std::uint64_t track_id = 0, sequence = 0;
  Box box;  // of the vehicle, pixels of the source frame
};
const char* to_string(PlateSeen::List list);  // "allowed", "denied", "unknown"

// What matters, as it travels on the bus. Immutable once published.
struct Event {
  std::string camera_id;
  WallTime time;
  std::variant<CameraConnected, CameraDisconnected, FrameIngested, MotionDetected, CameraChanged, AnalysisSuspended,
               PlateSeen>
      body;
};

// "camera.connected", "camera.disconnected", "frame.ingested", "motion.detected" (start and update), "motion.ended",
// "camera.added", "camera.changed", "camera.removed", "analysis.suspended", "plate.allowed", "plate.denied",
// "plate.unknown".
const char* type_name(const Event& event);

// {"type": …, "camera_id": …, "timestamp": Unix seconds, …}: the form in which events leave the process.
std::string to_json_text(const Event& event);

}  // namespace vigil::model
