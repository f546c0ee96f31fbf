#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <vector>

#include "app/eval.h"
#include "eval/mot_file.h"
#include "vision/tracker.h"

namespace vigil::app {

// Collects what a tracker says frame by frame as the rows of a result file.
class TrackBoxes {
 public:
  // `longest_fill`: frames, the longest gap that Boxes::Filled bridges. Longer ones are bridged wrongly more often than
  // not.
  explicit TrackBoxes(Boxes boxes, int longest_fill = 12) : boxes_(boxes), longest_fill_(longest_fill) {}

  // `coasts`: how many frames a track may be unseen and its expected box still counts (frames that the detector did not
  // get).
  void add(int frame, const std::vector<vision::Track>& tracks, int coasts);
  std::vector<eval::MotRow> take();  // in the order of frames and ids

 private:
  struct History {
    bool believed = false;
    int last_seen = 0;               // frame
    std::vector<eval::MotRow> held;  // until the track is believed
    eval::MotRow last;
  };
  void fill(const eval::MotRow& from, const eval::MotRow& to);

  Boxes boxes_;
  int longest_fill_;
  std::map<std::uint64_t, History> tracks_;
  std::vector<eval::MotRow> rows_;
};

}  // namespace vigil::app
