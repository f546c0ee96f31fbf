#pragma once

#include <string>

#include "model/observation.h"

// Observations as tests need them: people who walk to the right, one frame each fifteenth of a second.

namespace vigil::records::testing {

inline constexpr WallTime kBegin{std::chrono::seconds(1'700'000'000)};

inline model::Observation frame(std::uint64_t sequence, const std::string& camera = "gate") {
  model::Observation made;
  made.camera_id = camera;
  made.sequence = sequence;
  made.captured = kBegin + std::chrono::microseconds(sequence * 66'667);
  made.width = 640;
  made.height = 480;
  made.detected = true;
  made.model = "yolox-nano@1";
  made.device = "cpu";
  made.times.total = std::chrono::milliseconds(20);
  return made;
}

inline model::SeenObject person(std::uint64_t track, std::uint64_t sequence) {
  model::SeenObject made;
  made.track_id = track;
  made.state = model::TrackState::Confirmed;
  made.label = "person";
  made.class_id = 0;
  made.confidence = 0.8F;
  made.box = {10 + 2 * static_cast<float>(sequence % 200), 100, 40, 100};
  made.detected = made.box;
  return made;
}

inline model::Observation frame_with(std::uint64_t sequence, std::initializer_list<std::uint64_t> tracks,
                                     const std::string& camera = "gate") {
  auto made = frame(sequence, camera);
  for (auto track : tracks) made.objects.push_back(person(track, sequence));
  return made;
}

}  // namespace vigil::records::testing
