#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "base/secret.h"
#include "base/url.h"
#include "model/analysis.h"
#include "model/polygon.h"

namespace vigil::model {

enum class SourceType { Rtsp, Rtmp, Hls, Mjpeg, Snapshot, HttpPush, RtmpPush, File, V4l2 };

// What a stream of a camera is used for. Each role is served by the first stream that has it.
enum class Role { Live, Recording, Analysis };

enum class Transport { Auto, Tcp, Udp };  // RTSP only; Auto = TCP first, then UDP

// Who speaks RTSP to the camera: Vigil's own client (the rule), or libavformat (docs/rtsp.md).
enum class RtspEngine { Native, Libav };

// One stream that a camera offers ("main", "sub", …): one connection, held only while one of its roles is needed.
struct CameraStream {
  std::string name = "main";
  // rtsp, rtsps, rtmp, rtmps, http, https; file: "file:///absolute/path"; V4L2: "v4l2:///dev/video0"; http_push and
  // rtmp_push: nothing.
  std::optional<Url> url;
  std::vector<Role> roles = {Role::Live, Role::Recording, Role::Analysis};

  bool operator==(const CameraStream&) const = default;
};

struct MotionSettings {
  bool enabled = true;
  // False: key frames only, at most one every half second, which costs next to nothing. True: every frame is decoded
  // and up to five a second are looked at.
  bool every_frame = false;
  int sensitivity = 50;        // 1..100; more finds smaller contrasts
  double min_area = 0.002;     // of the picture; smaller movement is ignored
  std::vector<Polygon> masks;  // movement inside is ignored
  double start_after_s = 0.0;  // movement must last this long to begin an event
  double end_after_s = 5.0;    // quiet must last this long to end it

  bool operator==(const MotionSettings&) const = default;
};

struct Camera {
  std::string id;
  std::string name;
  std::optional<int> number;
  std::string place;
  std::string section;
  SourceType source_type = SourceType::Rtsp;
  std::vector<CameraStream> streams = {CameraStream{}};  // never empty; the first is the main stream
  Transport transport = Transport::Auto;
  RtspEngine rtsp_engine = RtspEngine::Native;
  // rtsps by the native engine: SHA-256 of the camera's certificate in hexadecimal digits, with or without colons. It
  // and no other is trusted then; empty: the rule of docs/rtsp.md.
  std::string tls_fingerprint;
  Secret stream_key;             // rtmp_push: what an encoder has to show; empty: nobody may publish
  double poll_interval_s = 1.0;  // snapshot sources
  bool loop = true;              // file sources: begin again at the end
  bool enabled = true;
  // At least this many seconds between two frame.ingested events. Nothing: every frame for pushed and polled pictures,
  // one a second for video. 0: every frame.
  std::optional<double> frame_event_interval_s;
  MotionSettings motion;
  AnalysisSettings analysis;
  std::uint64_t version = 1;  // counts up with every change; the API's ETag
  WallTime created_at;
  WallTime updated_at;

  bool operator==(const Camera&) const = default;
  const CameraStream& main() const { return streams.front(); }
};

// 1 to 64 of letters, digits, '_', '-', '.', not starting with '.': safe as a file name, a path segment and a Redis
// channel.
bool is_valid_camera_id(std::string_view id);

// Everything that makes a camera acceptable, whoever hands it in (API, file, store). The error's pointer names the
// member.
//   id and name, at most 8 streams with distinct names, a URL whose scheme fits the source type (none for http_push and
//   rtmp_push), a fingerprint where one is looked at, a stream key of 16 to 128 letters, digits, '_' and '-' for
//   rtmp_push only, file and V4L2 sources only where `allow_local` is set (vigil apply --data, never the API), numbers
//   in range, masks with 3..64 points inside 0..1 and at most 32 of them.
Result<void> validate(const Camera& camera, bool allow_local);

// 64 lower-case hexadecimal digits; nothing when the text is no SHA-256 fingerprint.
std::optional<std::string> plain_fingerprint(std::string_view text);

const char* to_string(SourceType type);
const char* to_string(Role role);
const char* to_string(Transport transport);
const char* to_string(RtspEngine engine);
std::optional<SourceType> source_type_from(std::string_view name);
std::optional<Role> role_from(std::string_view name);
std::optional<Transport> transport_from(std::string_view name);
std::optional<RtspEngine> rtsp_engine_from(std::string_view name);

}  // namespace vigil::model
