#pragma once

#include <memory>
#include <vector>

#include "base/result.h"
#include "media/frame.h"
#include "media/packet.h"

namespace vigil::media {

struct DecoderOptions {
  bool skip_loop_filter = false;  // for pictures that are only analysed: cheaper, slightly blocky
  bool key_frames_only = false;   // every other packet is passed over without cost
};

// The one seam for decoding foreign pictures: packets in, frames out. It carries values only, so that it can move into
// a process of its own. One decoder serves one track; not thread-safe, may move between threads.
class Decoder {
 public:
  virtual ~Decoder() = default;

  // Decodes one packet and returns the frames that are ready, in presentation order (none while pictures are held back
  // for reordering). A changed packet.params is followed without a new decoder. A broken packet is DataLoss: carry on
  // with the next one. Pictures above 64 megapixels and codecs outside the allow-list are InvalidArgument.
  virtual Result<std::vector<FramePtr>> decode(const Packet& packet) = 0;

  // The frames still held back; afterwards the decoder starts anew at a key frame.
  virtual std::vector<FramePtr> flush() = 0;
};

// Allow-list: H.264, H.265, MJPEG, PNG, MPEG-4. Single-threaded decoding: cameras are the unit of parallelism.
Result<std::unique_ptr<Decoder>> make_decoder(const CodecParams& params, const DecoderOptions& options = {});

}  // namespace vigil::media
