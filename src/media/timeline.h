#pragma once

#include <optional>
#include <set>

#include "base/clock.h"

namespace vigil::media {

// Turns the time stamps of one track, as a camera or a container gives them, into what Packet promises: always there,
// dts rising, pts not before dts. Missing ones are made from the arrival; a source clock that jumps does not make ours
// jump. Pure; not thread-safe.
class Timeline {
 public:
  // `live`: packets arrive in real time, so that a clock that runs away from the arrival by more than 10 s has jumped.
  explicit Timeline(bool live) : live_(live) {}

  struct Stamp {
    Ticks dts{0}, pts{0};
    bool discontinuity = false;  // first packet, or a jump
  };

  // `reorder_depth` as in CodecParams: how dts is found where only pts is known.
  Stamp next(std::optional<Ticks> dts, std::optional<Ticks> pts, int reorder_depth, SteadyTime arrived);

 private:
  Ticks dts_from_pts(Ticks pts, int reorder_depth);
  Ticks expected(SteadyTime arrived) const;  // our dts of a packet that says nothing about its own
  bool jumped(Ticks dts, SteadyTime arrived) const;

  const bool live_;
  bool started_ = false;
  bool presumed_ = false;        // the source's time is taken to begin with the first packet; no stamp has come yet
  std::optional<Ticks> offset_;  // ours = the source's + offset
  std::optional<Ticks> source_;  // the source's dts of the last packet that had one
  SteadyTime source_arrived_{};
  Ticks last_{0};     // our last dts
  Ticks step_{3600};  // between the last two
  SteadyTime arrived_{};
  std::multiset<Ticks> pending_;  // pts of pictures whose turn to be shown has not come
  int without_turn_ = 0;          // pictures since the start or a jump, up to the reorder depth
};

}  // namespace vigil::media
