#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "model/box.h"
#include "model/observation.h"

// The boxes of a track as few bytes: about seven a box.

namespace vigil::model {

struct TimedBox {
  std::uint64_t sequence = 0;  // of the frame
  WallTime time;
  Box box;
  float confidence = 0;
  TrackState state = TrackState::Confirmed;
  bool stationary = false;
  bool operator==(const TimedBox&) const = default;
};

inline constexpr std::size_t kMaxBoxes = 65536;  // in one blob

// Version byte, count, then for each box: frame number and time (milliseconds) as the change of their step, which is
// nothing at an even rate; the four sides (quarters of a pixel) as the change since the box before; confidence in
// 1/255. Whole numbers as variable-length ones, seven bits a byte, signed ones folded (zigzag); a box whose state
// differs from the one before carries it. Frame numbers above 2^56, years beyond 30000 and sides beyond a million
// pixels are cut to that; only the first kMaxBoxes are taken.
std::string encode_boxes(std::span<const TimedBox> boxes);

// DataLoss for anything that encode_boxes() did not make. Memory is bounded by the blob's size.
Result<std::vector<TimedBox>> decode_boxes(std::string_view coded);

}  // namespace vigil::model
