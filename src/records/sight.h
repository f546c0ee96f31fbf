#pragma once

#include <cstddef>
#include <string>

#include "model/observation.h"
#include "model/records.h"

// How an object of an observation is seen.

namespace vigil::records {

inline constexpr std::size_t kMaxName = 100;  // bytes of the name of a model or a type in a record

// Where it stands, in parts of the picture: the middle of its lower edge.
model::Point foot_of(const model::Box& box, const model::Observation& frame);

// How well it can be seen: surely, large, and inside the picture. Score × area.
double quality_of(const model::SeenObject& object, const model::Observation& frame);

// In this frame, and not only expected there.
bool is_seen(const model::SeenObject& object);

// The same frame with that object alone.
model::Observation moment_of(const model::SeenObject& object, const model::Observation& frame);

// At most so many bytes of a text in UTF-8, cut between characters.
std::string cut(const std::string& text, std::size_t most);

}  // namespace vigil::records
