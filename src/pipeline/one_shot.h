#pragma once

#include <memory>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "media/packet.h"
#include "pipeline/analyst.h"
#include "pipeline/decoding.h"
#include "pipeline/frame_ring.h"

namespace vigil::pipeline {

// Decodes whole groups of pictures, handed in one packet after the other, with a decoder of its own, and keeps the last
// of what comes out. Broken packets are passed over. Not thread-safe.
class OneShot {
 public:
  OneShot(const DecoderFactory& make_decoder, const Selection& selection, Clock& clock);

  // DeadlineExceeded when it takes longer than five seconds in all; what make_decoder says.
  Result<void> take(const media::Packet& packet);

  // The pictures, oldest first; Unavailable when there are none.
  Result<std::vector<media::FramePtr>> finish();

 private:
  void keep(std::vector<media::FramePtr> frames);

  const DecoderFactory make_decoder_;
  const Selection selection_;
  Clock& clock_;
  const SteadyTime deadline_;
  std::unique_ptr<media::Decoder> decoder_;
  FrameRing frames_;
};

}  // namespace vigil::pipeline
