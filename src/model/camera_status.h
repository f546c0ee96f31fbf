#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"

namespace vigil::model {

enum class CameraState {
  Disabled,  // switched off by somebody
  Idle,      // nobody needs it (on-demand stream)
  Connecting,
  Connected,     // media flows
  Reconnecting,  // waiting for the next try; `reason` says why
};

// Why a connection failed or ended. Each has a text for people in docs/ref/reasons.md.
enum class FailureReason {
  None,
  Dns,          // the name has no address
  Blocked,      // the address is forbidden by the server's network rules
  Refused,      // the host answers, nothing listens on that port
  Unreachable,  // no route, host down
  Timeout,      // no answer in time
  Tls,          // the certificate or handshake failed
  Auth,         // user name or password refused
  NotFound,     // signed in, but there is no such stream
  Busy,         // the camera allows no further connection
  NoVideo,      // connected, but no picture came
  Stalled,      // pictures came and stopped (silent or RTCP only)
  Frozen,       // the same picture again and again
  DecodeError,  // data comes, pictures cannot be decoded
  Codec,        // a codec that Vigil does not read
  Protocol,     // the other side does not speak the protocol properly
  Ended,        // the source closed the stream
  Stopped,      // somebody stopped it
  Internal,
};

const char* to_string(CameraState state);     // "disabled", "idle", "connecting", …
const char* to_string(FailureReason reason);  // "dns", "refused", "no_video", …; None: "none"

struct StreamFigures {
  std::string name;
  CameraState state = CameraState::Idle;
  FailureReason reason = FailureReason::None;
  std::string detail;  // for people, redacted
  std::string codec, audio_codec;
  int width = 0, height = 0;
  double fps = 0;  // measured over the last seconds
  double bits_per_second = 0;
  double gop_seconds = 0;               // distance of the last two key frames
  double clock_skew_s = 0;              // drift of the source's clock against ours since connecting
  std::uint64_t frames = 0, bytes = 0;  // since the server started
  std::uint64_t connects = 0;
  std::map<FailureReason, std::uint64_t> failures;  // failed tries and lost connections by reason
  std::optional<WallTime> connected_since, last_frame_at, next_try_at;
  std::size_t ring_bytes = 0;
  int readers = 0;
  std::string transport;  // "tcp", "udp", "" where it does not apply
};

struct CameraStatus {
  std::string camera_id;
  CameraState state = CameraState::Idle;  // of the stream that matters most
  FailureReason reason = FailureReason::None;
  std::string detail;
  WallTime since;  // when `state` began
  double fps = 0;
  std::optional<WallTime> last_frame_at, snapshot_at;
  bool motion = false;
  std::uint64_t decoded_frames = 0, decode_errors = 0;
  std::size_t frame_ring_bytes = 0;
  std::vector<StreamFigures> streams;
};

}  // namespace vigil::model
