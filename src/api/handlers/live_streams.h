#pragma once

#include <map>
#include <string>

#include "media/codec.h"
#include "model/camera_status.h"

namespace vigil::api {

// What a player must know of a stream.
struct StreamFacts {
  bool known = false;  // a picture has come
  media::ParamsPtr video, sound;
  std::string codecs;             // RFC 6381, of what fragments carry; empty where that is not possible
  bool webrtc = false;            // the video goes out by WebRTC
  media::ParamsPtr own_sound;     // the camera's, whoever can play it; null: it has none
  media::ParamsPtr webrtc_sound;  // as it goes out by WebRTC; null: none does
};
StreamFacts facts_of(const std::map<int, media::ParamsPtr>& tracks);

// Null when there are none. The pointer is into `status`.
const model::StreamFigures* figures_of(const model::CameraStatus& status, const std::string& stream);

}  // namespace vigil::api
