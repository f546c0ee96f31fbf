#pragma once

#include <cstdint>
#include <string>

#include "base/clock.h"

namespace vigil::model {

// A track of another server that showed a subject.
struct RemoteSighting {
  std::string camera;  // "server/camera"
  std::uint64_t track = 0;
  std::string label;
  WallTime first, last;
  bool operator==(const RemoteSighting&) const = default;
};

}  // namespace vigil::model
