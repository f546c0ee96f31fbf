#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "media/frame.h"
#include "model/observation.h"
#include "vision/scene.h"

namespace vigil::pipeline {

// When what a camera shows as a whole is worth telling (again). It is looked at once a second; told are the first look,
// then a light that has lasted for two looks and people who came, went or became many more or fewer (two seconds after
// the last time at the earliest), another description after ten seconds, and in any case one a minute. Not thread-safe.
class SceneWatch {
 public:
  // `now`: media time; where it goes back everything begins anew.
  std::optional<model::Scene> see(const media::Frame& frame, const std::vector<model::SeenObject>& objects, Nanos now);

 private:
  struct Look {
    vision::Light light = vision::Light::Day;
    std::size_t people = 0;
    std::string description;
  };
  bool worth_telling(const Look& look, Nanos now) const;

  std::optional<Nanos> looked_, told_at_;
  Look told_;
  vision::Light last_light_ = vision::Light::Day;
};

}  // namespace vigil::pipeline
