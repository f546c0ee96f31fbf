#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "model/box.h"

// Text files of MOTChallenge: frame,id,x,y,width,height,confidence,… one row a box.

namespace vigil::eval {

struct MotRow {
  int frame = 1;         // from 1
  std::int64_t id = -1;  // -1: not a track's
  model::Box box;
  float confidence = 1;  // score of a detection; 0 in a ground truth: do not count this one
  bool operator==(const MotRow&) const = default;
};

struct MotLimits {
  std::size_t bytes = 64 << 20;
  std::size_t rows = 1'000'000;
  int frames = 10'000'000;
  int rows_a_frame = 2000;
};

enum class MotIds {
  Ignored,  // a file of detections
  Unique,   // ground truth or a tracker's result: no id twice in a frame, none below 0
};

// Rows in the order of frames, within a frame as they stand in the text. `name` is for messages only: "det.txt:12: …".
// Six to ten numbers a line; what comes after the seventh is not used. Errors: MalformedRequest, PayloadTooLarge.
Result<std::vector<MotRow>> parse_mot(std::string_view text, std::string_view name, MotIds ids,
                                      const MotLimits& limits = {});

// The same of a file; NotFound, PermissionDenied or Unavailable where it cannot be read.
Result<std::vector<MotRow>> read_mot_file(const std::string& path, MotIds ids, const MotLimits& limits = {});

// As parse_mot() reads it, with two decimals and the three -1 that MOTChallenge wants at the end.
std::string to_mot(std::span<const MotRow> rows);

}  // namespace vigil::eval
