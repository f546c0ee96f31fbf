#pragma once

#include <memory>
#include <vector>

#include "base/result.h"
#include "media/codec.h"
#include "media/frame.h"
#include "media/packet.h"

namespace vigil::media {

struct EncoderOptions {
  Codec codec = Codec::H264;  // or H265
  int width = 0;              // even, 16 to 8192
  int height = 0;
  double fps = 25;        // for rate control only; the times are those of the frames
  int bitrate_kbps = 0;   // 0: constant quality
  bool realtime = false;  // fastest settings, every frame comes out at once; else better and slower
};

// Frames in, packets out, as media/packet.h promises them (sequence 0). No B-frames: decode order is display order. Key
// frames only where they are asked for. One track; not thread-safe, may move between threads; one thread of its own.
class Encoder {
 public:
  virtual ~Encoder() = default;

  // `frame`: I420 of exactly the configured size, pts rising. The packets that are ready; the first frame is always a
  // key frame. `received` of a packet is `captured` of its frame.
  virtual Result<std::vector<Packet>> encode(const Frame& frame, bool key) = 0;

  // What is still held back. Nothing can be encoded afterwards.
  virtual Result<std::vector<Packet>> flush() = 0;
};

// InvalidArgument for other codecs and sizes; Unavailable when this libavcodec has no such encoder.
Result<std::unique_ptr<Encoder>> make_encoder(const EncoderOptions& options);

}  // namespace vigil::media
