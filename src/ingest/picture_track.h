#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "media/packet.h"

namespace vigil::ingest {

// Makes packets out of single JPEG and PNG pictures: checks each, and gives it a time that only moves forward. One per
// connection; for one thread.
class PictureTrack {
 public:
  // `received` goes into the packet; `time` is the same moment on a clock whose zero does not matter. The first packet
  // gets time 0. A clock that falls back by more than five seconds was set: the packet is marked as discontinuity and
  // time goes on from there. UnsupportedMedia and InvalidArgument as media::inspect_image says them.
  Result<media::Packet> make(std::vector<std::uint8_t> picture, WallTime received, Nanos time);

  // What can be said before the first picture.
  static media::ParamsPtr announced();

 private:
  media::ParamsPtr params_;
  std::optional<Nanos> zero_;  // of `time`, where the packets' time is 0
  Ticks last_{-1};
};

}  // namespace vigil::ingest
