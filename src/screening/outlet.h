#pragma once

#include <cstdint>
#include <span>

#include "base/result.h"
#include "extract/facts.h"
#include "model/observation.h"

namespace vigil::screening {

// Where what is seen in a video goes, in this order: facts once, then observations of its pictures in their order,
// pieces of the annotated video and progress in between. An error ends the screening.
class Outlet {
 public:
  virtual ~Outlet() = default;
  virtual Result<void> facts(const extract::VideoFacts& facts) = 0;
  // Numbered from 1 on among all pictures, also those that were not looked at; captured at its time in the video, as a
  // player shows it, after the beginning of Unix time. Names no camera and nobody.
  virtual Result<void> seen(model::Observation seen) = 0;
  // A piece of the annotated video, which belongs there in the file: never behind a hole.
  virtual Result<void> video(std::uint64_t offset, std::span<const std::uint8_t> bytes) = 0;
  virtual Result<void> progress(double done) = 0;  // 0..1
};

}  // namespace vigil::screening
