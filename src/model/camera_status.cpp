#include "model/camera_status.h"

namespace vigil::model {

const char* to_string(CameraState state) {
  switch (state) {
    case CameraState::Disabled:
      return "disabled";
    case CameraState::Idle:
      return "idle";
    case CameraState::Connecting:
      return "connecting";
    case CameraState::Connected:
      return "connected";
    case CameraState::Reconnecting:
      return "reconnecting";
  }
  return "idle";
}

const char* to_string(FailureReason reason) {
  switch (reason) {
    case FailureReason::None:
      return "none";
    case FailureReason::Dns:
      return "dns";
    case FailureReason::Blocked:
      return "blocked";
    case FailureReason::Refused:
      return "refused";
    case FailureReason::Unreachable:
      return "unreachable";
    case FailureReason::Timeout:
      return "timeout";
    case FailureReason::Tls:
      return "tls";
    case FailureReason::Auth:
      return "auth";
    case FailureReason::NotFound:
      return "not_found";
    case FailureReason::Busy:
      return "busy";
    case FailureReason::NoVideo:
      return "no_video";
    case FailureReason::Stalled:
      return "stalled";
    case FailureReason::Frozen:
      return "frozen";
    case FailureReason::DecodeError:
      return "decode_error";
    case FailureReason::Codec:
      return "codec";
    case FailureReason::Protocol:
      return "protocol";
    case FailureReason::Ended:
      return "ended";
    case FailureReason::Stopped:
      return "stopped";
    case FailureReason::Internal:
      return "internal";
  }
  return "internal";
}

}  // namespace vigil::model
