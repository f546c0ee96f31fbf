#pragma once

#include <vector>

#include "media/frame.h"
#include "model/observation.h"

// What a picture shows as a whole, and in words.

namespace vigil::vision {

enum class Light { Day, Dim, Night, Infrared };
const char* to_string(Light light);  // "day", "dim", "night", "infrared"

// From brightness and colour alone: infrared has no colour though it is bright enough, night is dark.
struct Lighting {
  Light light = Light::Day;
  double brightness = 0;  // 0..1, mean
  double colour = 0;      // 0..1, mean distance from gray
  float confidence = 0;
};
Lighting lighting(const media::Frame& frame);

// In words, from what was recognised and nothing else. Only objects that are confirmed count; attributes that are
// "unknown" are not mentioned, and of persons only what is worn, not who they might be.
model::Scene describe(const Lighting& light, const std::vector<model::SeenObject>& objects, int width, int height);

}  // namespace vigil::vision
