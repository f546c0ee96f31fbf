#pragma once

#include <chrono>
#include <cstdint>
#include <string>

#include "base/clock.h"

namespace vigil::model {

// A plate that was read in a video that was handed in, as it is looked for in all of them. What else is known of it
// stands with the findings of its analysis.
struct FoundPlate {
  std::string id;  // orders those of one analysis by their time
  std::string job_id, asset_id;
  std::string asset_name;           // as its sender called it
  WallTime handed_in;               // the asset
  std::chrono::milliseconds at{0};  // from the beginning of the video
  std::uint64_t track = 0;          // number of the vehicle
  std::string text;                 // as read
  std::string plain;                // plain_plate(text): what is searched
  std::string region;               // country or region; empty: not known
  float confidence = 0;
  bool operator==(const FoundPlate&) const = default;
};
inline constexpr std::size_t kMostFoundPlates = 10000;  // of one video; further ones are only in its findings

}  // namespace vigil::model
