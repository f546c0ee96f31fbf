#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "model/box.h"
#include "vision/plate_text.h"

namespace vigil::vision {

struct PlateVoteConfig {
  double alike = 0.85;          // Jaro-Winkler similarity from which on two readings are of the same plate
  std::size_t min_length = 4;   // shorter readings do not count
  float min_confidence = 0.3F;  // nor do weaker ones
  bool operator==(const PlateVoteConfig&) const = default;
};

// One reading of a vehicle's plate, and where it was.
struct PlateReading {
  PlateText text;
  model::Box box;  // of the plate, pixels of the source picture
  std::string region;
  std::size_t frame = 0;  // whatever number the caller knows the frame by
};

struct PlateVerdict {
  PlateReading best;         // the surest reading of the text that won
  float confidence = 0;      // of the surest reading, less what spoke for other texts
  std::size_t votes = 0;     // readings of exactly this text
  std::size_t readings = 0;  // all that counted
};

// The plate of one vehicle over its frames: readings that are much alike are gathered, the largest group wins, and in
// it the text with the most confidence in sum. Keeps at most kKept readings, the surest. Not thread-safe.
class PlateVote {
 public:
  explicit PlateVote(const PlateVoteConfig& config = {}) : config_(config) {}

  void add(PlateReading reading);
  std::optional<PlateVerdict> verdict() const;  // nothing until something counted
  std::size_t readings() const { return readings_; }

  static constexpr std::size_t kKept = 48;

 private:
  PlateVoteConfig config_;
  std::vector<PlateReading> kept_;  // the surest first
  std::size_t readings_ = 0;
};

}  // namespace vigil::vision
