#pragma once

#include <memory>
#include <vector>

#include "media/packet.h"

// Packets that look like those of a camera, for tests of what is made of them. Their payload says nothing.

namespace vigil::live {

inline media::ParamsPtr video_params(int width = 640, int height = 360, const char* codec = "avc1.64001e") {
  media::CodecParams params;
  params.codec = media::Codec::H264;
  params.width = width;
  params.height = height;
  params.extradata = {1, 100, 0, 30, 255, 224, 0};
  params.codec_string = codec;
  return std::make_shared<const media::CodecParams>(params);
}

inline media::ParamsPtr sound_params() {
  media::CodecParams params;
  params.kind = media::TrackKind::Audio;
  params.codec = media::Codec::Aac;
  params.sample_rate = 48000;
  params.channels = 1;
  params.extradata = {0x11, 0x88};
  params.codec_string = "mp4a.40.2";
  return std::make_shared<const media::CodecParams>(params);
}

// A camera with a clock of its own; times in milliseconds.
class CameraFake {
 public:
  explicit CameraFake(int step_ms = 40, int group = 25) : step_(step_ms), group_(group) {}

  media::Packet picture() {
    auto packet = bare(0, video, pictures_ % group_ == 0, 1000);
    packet.discontinuity = pictures_ == 0;
    ++pictures_;
    now += step_;
    return packet;
  }
  media::Packet sound() { return bare(1, sound_, true, 100); }
  // The next picture is a key frame.
  void restart_group() { pictures_ = 0; }

  media::ParamsPtr video = video_params();
  std::int64_t now = 0;            // of the world, ms
  std::int64_t camera_clock = 50;  // what the camera's clock is ahead

 private:
  media::Packet bare(int track, const media::ParamsPtr& params, bool key, std::size_t size) const {
    media::Packet packet;
    packet.track = track;
    packet.dts = packet.pts = std::chrono::milliseconds(now + camera_clock);
    packet.received = WallTime(std::chrono::milliseconds(1'700'000'000'000 + now));
    packet.key = key;
    packet.params = params;
    packet.data = media::SharedBytes(std::vector<std::uint8_t>(size, 7));
    return packet;
  }

  int step_, group_;
  int pictures_ = 0;
  media::ParamsPtr sound_ = sound_params();
};

}  // namespace vigil::live
