#pragma once

#include <optional>
#include <string>
#include <vector>

#include "ingest/probe.h"
#include "media/packet.h"

namespace vigil::ingest {

// Measures what a source sends, and says what a person could set better. Pure; for one thread.
class ProbeWatch {
 public:
  explicit ProbeWatch(const SourceInfo& info);

  // `now`: when the packet came.
  void add(const media::Packet& packet, SteadyTime now);

  std::vector<ProbeTrack> tracks() const;
  double bits_per_second() const;  // all tracks; 0: too short to say
  // `wanted`: the transport that was configured; `transport`: the one in use.
  std::vector<std::string> advice(model::Transport wanted, const std::string& transport) const;

 private:
  struct Track {
    media::ParamsPtr params;
    std::uint64_t packets = 0, bytes = 0;
    std::optional<Ticks> first, second, last;
    std::vector<Ticks> keys;  // times of the last two key frames
  };
  static double frames_per_second(const Track& track);
  double gop_seconds() const;

  std::vector<Track> tracks_;
  // The camera's clock against ours, after the burst that many cameras begin with.
  std::optional<SteadyTime> begin_, settled_, newest_;
  Ticks settled_dts_{0};
};

}  // namespace vigil::ingest
