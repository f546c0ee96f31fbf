#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "base/clock.h"
#include "ingest/rtmp/flv.h"
#include "ingest/source.h"
#include "media/access_unit.h"
#include "media/packet.h"
#include "media/timeline.h"

namespace vigil::ingest::rtmp {

// What an encoder publishes: tags in, packets as media/packet.h promises them out. Pure but for what arrived when. Not
// thread-safe; one per connection.
class Tracks {
 public:
  struct Arrival {
    SteadyTime steady;
    WallTime wall;
  };

  // Nothing when all is well. Codec: the picture cannot be read here, or its configuration never came; Protocol: tags
  // that are none. Sound that cannot be read is left out.
  std::optional<Failure> video(std::int64_t time_ms, std::span<const std::uint8_t> body, const Arrival& arrival,
                               std::vector<media::Packet>& out);
  std::optional<Failure> audio(std::int64_t time_ms, std::span<const std::uint8_t> body, const Arrival& arrival,
                               std::vector<media::Packet>& out);

 private:
  struct Track {
    std::optional<media::CodecParams> params;  // as configured
    std::optional<media::AccessUnitNormaliser> normaliser;
    media::Timeline timeline{true};
    int broken = 0;  // units in a row
  };

  void configure(Track& track, media::CodecParams params);
  std::optional<Failure> emit(Track& track, int number, std::int64_t dts_ms, std::int64_t pts_ms,
                              std::span<const std::uint8_t> unit, const Arrival& arrival,
                              std::vector<media::Packet>& out);

  Track video_, audio_;
};

}  // namespace vigil::ingest::rtmp
