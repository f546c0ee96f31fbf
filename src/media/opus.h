#pragma once

#include <memory>
#include <vector>

#include "base/result.h"
#include "media/codec.h"
#include "media/packet.h"

// Sound of other codecs as Opus (RFC 6716), for those who can take nothing else.

namespace vigil::media {

// Of what make_opus_transcoder() makes: one Opus frame in each packet.
constexpr Ticks kOpusStep = std::chrono::milliseconds(20);
constexpr std::size_t kMostOpusBytes = 1275;  // RFC 6716, 3.2.1
CodecParams opus_params(int channels);        // 1 or 2

// Whether this sound can be transcoded: any that is carried, but for Opus itself.
bool can_become_opus(const CodecParams& params);

// Packets of one track in, Opus packets of 20 ms at 48 kHz out; mono stays mono, all else becomes stereo. Times are
// those of the source: a clock that drifts is followed by resampling, a gap stays a gap, and times never go back but
// with a packet that says so (discontinuity). `received` is that of the packet the sound was in, `track` 0.
// Decodes foreign bytes: not for the server's own process. Not thread-safe, may move between threads; no threads.
class OpusTranscoder {
 public:
  virtual ~OpusTranscoder() = default;

  // What is ready, none or some. Changed parameters are followed. DataLoss: a broken packet, go on with the next;
  // InvalidArgument: sound that cannot be transcoded.
  virtual Result<std::vector<Packet>> take(const Packet& packet) = 0;

  // Packets were left out: what is half done is thrown away, and the next packet begins anew.
  virtual void interrupt() = 0;
};

// Unavailable where libavcodec has no libopus.
Result<std::unique_ptr<OpusTranscoder>> make_opus_transcoder();

}  // namespace vigil::media
