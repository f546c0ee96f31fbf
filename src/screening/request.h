#pragma once

#include <chrono>
#include <cstdint>
#include <string>

#include "model/analysis.h"
#include "pipeline/recognition.h"

// What is to be seen in a video file.

namespace vigil::screening {

struct Request {
  model::AnalysisSettings analysis;  // `model`: what observations and people call it
  bool annotate = false;             // the video with what was seen drawn upon it, as MP4 (H.264)
  std::chrono::milliseconds max_duration{std::chrono::hours(24)};  // of the video
  bool operator==(const Request&) const = default;
};

// Where the models lie that the request names; read before the sandbox closes.
struct Places {
  std::string model;  // as pipeline::DetectorFactory::make() has it
  pipeline::RecogniserPlaces recognisers;
  bool operator==(const Places&) const = default;
};

// How it went.
struct Summary {
  std::uint64_t frames = 0;    // decoded
  std::uint64_t analysed = 0;  // looked at
  std::uint64_t detected = 0;  // of these, given to the detector
  std::uint64_t failed = 0;    // the detector could not look at them
  std::uint64_t broken = 0;    // packets and pictures that could not be decoded
  bool sizes_changed = false;
  std::string ended;     // why the video ended before its end; empty: it did not
  std::string degraded;  // why less was done than was asked for; empty: all was
  bool operator==(const Summary&) const = default;
};

}  // namespace vigil::screening
