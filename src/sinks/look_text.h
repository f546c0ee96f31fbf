#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/result.h"

namespace vigil::sinks {

// How a track of some server looks, and whom it seems to show: what servers that share a Redis tell each other.
struct SharedLook {
  std::string camera_id;  // as its server knows it
  std::uint64_t track_id = 0;
  std::uint64_t subject = 0;
  std::string label;
  std::string model;  // of the values
  WallTime first, last;
  std::vector<float> values;
  bool operator==(const SharedLook&) const = default;
};

// The bytes that stand in Redis: a version, then numbers of 8 bytes, texts with their length, and 32-bit floats, all
// little endian.
std::string encode(const SharedLook& look);

// MalformedRequest for whatever encode() does not make: another version, too short or too long, no camera, track,
// subject or model, texts of more than 200 bytes, no or more than 4096 values, values that are no numbers, times before
// 1970 or the wrong way round.
Result<SharedLook> decode_look(std::string_view bytes);

}  // namespace vigil::sinks
