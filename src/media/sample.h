#pragma once

#include <cstdint>
#include <vector>

#include "base/result.h"
#include "media/codec.h"
#include "media/packet.h"

// Small real streams of a moving test picture, made with whatever encoders libavcodec has: for tests and benchmarks, so
// that no binary files are kept in the repository. Not for the running server.

namespace vigil::media {

struct SampleOptions {
  Codec codec = Codec::H264;
  int width = 320, height = 240;
  int frames = 30;
  int fps = 25;
  int key_interval = 10;
  int b_frames = 0;
  bool annexb = true;  // H.264, H.265: byte stream with in-band parameter sets; false: length-prefixed with avcC, hvcC
  bool ten_bit = false;  // H.265 only
};

struct SampleUnit {
  std::vector<std::uint8_t> bytes;
  Ticks pts{0}, dts{0};
  bool key = false;  // as the encoder says
};

struct Sample {
  CodecParams params;  // as a demuxer would announce it; extradata only where it is not in-band
  std::vector<SampleUnit> units;
};

// Video: H.264, H.265, MPEG-4, MJPEG, PNG; audio: AAC, Opus, FLAC (a tone, 48 kHz, mono; `frames` frames), PCMU,
// PCMA.
// Unavailable when libavcodec lacks the encoder.
Result<Sample> encode_sample(const SampleOptions& options);

// The same as packets in the form that media/packet.h promises: normalised, with dts, pts, received, params and key
// set.
Result<std::vector<Packet>> sample_packets(const SampleOptions& options);

}  // namespace vigil::media
